// PEM private keys (RFC 7468), PGP private key blocks, and keys whose line breaks are escaped.
import { type KindDetector, PRIORITY_TOKEN } from './kind-detector.ts';
import { isPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { ALPHANUMERIC, classAt, DASH, EQUALS, PLUS, SLASH, unitAt } from './units.ts';

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const MAX_LABEL_UNITS = 40;
const MIN_BODY_UNITS = 40;

/** End of the header line's dashes, 0 when it does not open a private key. */
function headerEnd(text: string, start: number): number {
  const from = start + BEGIN.length;
  const label = text.slice(from, from + MAX_LABEL_UNITS);
  const close = label.indexOf('-----');
  if (close < 0) return 0;
  const name = label.slice(0, close);
  return name.endsWith('PRIVATE KEY') || name.endsWith('PRIVATE KEY BLOCK') ? from + close + 5 : 0;
}

/** The body has at least 40 units of base64. */
function isBody(body: string): boolean {
  let units = 0;
  for (let i = 0; i < body.length && units < MIN_BODY_UNITS; i++) {
    const unit = unitAt(body, i);
    if (unit === 92) i++;
    else if (classAt(body, i) & (ALPHANUMERIC | PLUS | SLASH | EQUALS)) units++;
    // A template: "-----BEGIN PRIVATE KEY-----\n...\n".
    else if (unit === 60 || unit === 123) return false;
  }
  return units >= MIN_BODY_UNITS;
}

function take(scan: TextScan, start: number): number {
  const { text } = scan;
  const bodyStart = headerEnd(text, start);
  if (bodyStart === 0) return 0;
  const next = text.indexOf(BEGIN, bodyStart);
  const block = text.slice(bodyStart, next < 0 ? text.length : next);
  const [body = '', footer = ''] = block.split(END, 2);
  if (!isBody(body)) return 0;
  const dashes = footer.slice(0, MAX_LABEL_UNITS).indexOf('-----');
  const end = bodyStart + (dashes < 0 ? block.length : body.length + END.length + dashes + 5);
  propose(scan, 'private_key', start, end, 0.99, 'pem-header', PRIORITY_TOKEN + 1);
  return end;
}

/** Private keys. */
export const privateKeys: KindDetector = {
  kinds: ['private_key'],
  names: [
    {
      kind: 'private_key',
      accepts: (value, numeric) =>
        numeric ||
        value.length < 4 ||
        isPlaceholder(value) ||
        value.startsWith('ssh-') ||
        value.startsWith('/') ||
        value.includes('PUBLIC KEY')
          ? 0
          : 0.9,
      names: 'private_key priv_key ssh_key pem_key tls_key',
    },
  ],
  units: DASH,
  minUnits: 10,
  run(scan, _start, end) {
    // The header's first blank ends the run.
    const at = end + 1 - BEGIN.length;
    if (at < scan.consumed || !scan.text.startsWith(BEGIN, at)) return;
    const close = take(scan, at);
    if (close > 0) scan.consumed = close;
  },
};
