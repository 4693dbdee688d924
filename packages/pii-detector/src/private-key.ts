// PEM private keys (RFC 7468), PGP private key blocks, and keys whose line breaks are escaped.
import { type KindDetector, PRIORITY_TOKEN } from './kind-detector.ts';
import { isPlaceholder, isRemark } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { DASH } from './units.ts';

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const MAX_LABEL_UNITS = 40;
const HEADER = /^[^-]{0,29}PRIVATE KEY(?: BLOCK)?-----/;
/** Where the body is judged: the expression for it overflows the engine's stack in a text of some megabytes. */
const MAX_JUDGED_UNITS = 4096;
/** At least 40 units of base64; no template: "-----BEGIN PRIVATE KEY-----\n...\n". */
const BODY = /^(?:(?:[^A-Za-z\d+/=<{\\]|\\.)*[A-Za-z\d+/=]){40}/s;

function take(scan: TextScan, start: number): number {
  const { text } = scan;
  const from = start + BEGIN.length;
  const [header] = HEADER.exec(text.slice(from, from + MAX_LABEL_UNITS + 5)) ?? [];
  if (header === undefined) return 0;
  const bodyStart = from + header.length;
  const next = text.indexOf(BEGIN, bodyStart);
  const block = text.slice(bodyStart, next < 0 ? text.length : next);
  const [body = '', footer = ''] = block.split(END, 2);
  if (!BODY.test(body.slice(0, MAX_JUDGED_UNITS))) return 0;
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
        numeric || value.length < 4 || isPlaceholder(value) || isRemark(value) || /^(?:ssh-|\/)|PUBLIC KEY/.test(value)
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
