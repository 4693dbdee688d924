// PEM private keys (RFC 7468), PGP private key blocks, and keys whose line breaks are escaped.
import { type KindDetector, PRIORITY_TOKEN } from './kind-detector.ts';
import { isPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { ALPHANUMERIC, classAt, DASH, EQUALS, PLUS, SLASH, unitAt } from './units.ts';

const BEGIN = '-----BEGIN ';
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
function hasBody(text: string, start: number, end: number): boolean {
  let units = 0;
  for (let i = start; i < end && units < MIN_BODY_UNITS; i++) {
    const unit = unitAt(text, i);
    if (unit === 92) i++;
    else if (classAt(text, i) & (ALPHANUMERIC | PLUS | SLASH | EQUALS)) units++;
    // A template: "-----BEGIN PRIVATE KEY-----\n...\n".
    else if (unit === 60 || unit === 123) return false;
  }
  return units >= MIN_BODY_UNITS;
}

/** Start of the footer behind `from`, -1 when there is none; each part of the text is searched once. */
function footerStart(scan: TextScan, from: number): number {
  const known = from >= scan.footerSoughtFrom && (scan.footer < 0 || from <= scan.footer);
  if (!known) {
    scan.footerSoughtFrom = from;
    scan.footer = scan.text.indexOf('-----END ', from);
  }
  return scan.footer;
}

function take(scan: TextScan, start: number): number {
  const { text } = scan;
  const bodyStart = headerEnd(text, start);
  if (bodyStart === 0) return 0;
  const nextBegin = text.indexOf(BEGIN, bodyStart);
  const footer = footerStart(scan, bodyStart);
  const closed = footer >= 0 && (nextBegin < 0 || footer < nextBegin);
  const bodyEnd = closed ? footer : nextBegin < 0 ? text.length : nextBegin;
  if (!hasBody(text, bodyStart, bodyEnd)) return 0;
  let end = bodyEnd;
  if (closed) {
    const dashes = text.slice(footer + 9, footer + 9 + MAX_LABEL_UNITS).indexOf('-----');
    end = dashes < 0 ? text.length : footer + 9 + dashes + 5;
  }
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
