// IPv6 addresses (RFC 4291, 5952, 4007): a run of hexadecimal groups, then an exact parser, then the question whether
// it is an address at all; `::` is also C++, CSS and Amazon.
import { CUE_IP } from './cues.ts';
import { parseIpv4 } from './ipv4.ts';
import { type KindDetector, PRIORITY_IPV6 } from './kind-detector.ts';
import { cuesAt, propose, type TextScan } from './scan.ts';
import {
  COLON,
  countUnits,
  DIGIT,
  DOT,
  HEX_OR_DASH,
  isAll,
  isAlphanumeric,
  isHex,
  isLetter,
  isUnspaced,
  startOf,
  unitAt,
} from './units.ts';

const MAX_UNITS = 45;
const MAX_ZONE_UNITS = 20;

/** The groups of an address as it is written, without a zone. */
export interface Ipv6Text {
  /** Groups as written, an embedded IPv4 address not among them. */
  readonly groups: readonly string[];
  /** Number of groups before `::`, or -1 where there is none. */
  readonly gap: number;
  /** Ends in a dotted quad. */
  readonly embedsIpv4: boolean;
}

/** Parses an address exactly; undefined for anything else. At most 45 units. */
export function parseIpv6(text: string): Ipv6Text | undefined {
  if (text.length < 2 || text.length > MAX_UNITS) return undefined;
  // A quad at the end stands for two groups.
  const plain = text.replace(/(?<=:)[\d.]+\.\d+$/, (quad) => (parseIpv4(quad) ? '0:0' : quad));
  const parts = plain.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const groups = parts.flat();
  const isWhole = parts.length === 1;
  if (parts.length > 2 || !groups.every(isGroup) || (isWhole ? groups.length !== 8 : groups.length > 7))
    return undefined;
  const embedsIpv4 = plain !== text;
  return { groups: embedsIpv4 ? groups.slice(0, -2) : groups, gap: isWhole ? -1 : parts[0]!.length, embedsIpv4 };
}

function isGroup(group: string): boolean {
  return group.length > 0 && group.length <= 4 && !group.includes('-') && isAll(group, HEX_OR_DASH);
}

/** First groups of the ranges that hosts have: global unicast, unique and link-local, multicast, NAT64. */
const KNOWN_PREFIX = /^(?:[23][\da-f]{3}|f[cdf][\da-f]{2}|fe[89ab][\da-f]|64:ff9b):/i;
/** IPv4 in its place: `::ffff:192.0.2.1`. */
const MAPPED = /^::(?:(?:ffff|0):)+[\d.]+$/i;

/** Confidence that what parses is an address and not something else with colons. */
function confidenceOf({ groups, gap, embedsIpv4 }: Ipv6Text, text: string, named: boolean): number {
  const known = KNOWN_PREFIX.test(text);
  if (embedsIpv4) return named || known || MAPPED.test(text) ? 0.95 : 0.85;
  // IPv4 in hexadecimal: `::ffff:c000:201`.
  if (/^::ffff:\w+:\w+$/i.test(text)) return 0.9;
  if (groups.length < 2 || groups.every((group) => group === '0' || group === '1'))
    return named && groups.length > 1 ? 0.4 : 0.2;
  if (gap < 0 && groups.every((group) => group.length === 2)) return 0.1;
  if (named) return 0.95;
  if (!groups.some((group) => group.length >= 3) || countUnits(text).digits === 0) return 0.2;
  if (gap < 0) return groups.every(isShortDecimal) ? 0.3 : 0.9;
  if (known) return 0.9;
  // Decimals only are a time: `23:59:59::999`.
  return groups.length >= 4 && /[a-f]/i.test(text) ? 0.8 : 0.3;
}

/** Two-digit parts and a year: a time stamp set with colons. */
function isShortDecimal(group: string, index: number): boolean {
  return (index === 0 || group.length <= 2) && isAll(group, DIGIT);
}

/** End of a zone behind `%`, words with dots between, or `end`. */
function zoneEnd(text: string, end: number): number {
  const [zone = ''] = /^%\w+(?:\.[A-Za-z\d]+)*/.exec(text.slice(end, end + MAX_ZONE_UNITS + 1)) ?? [];
  return end + zone.length;
}

/** `result:2001:db8::1`, `dns6:2600::1`, `地址:2600::1`: a word and a colon, or that alone, in front of an address that shows itself. */
function behindWord(text: string, runStart: number, runEnd: number): number {
  const colon = text.indexOf(':', runStart);
  if (colon - runStart > 3 || unitAt(text, colon + 1) === 58) return -1;
  const before = unitAt(text, runStart - 1);
  const isWord = isLetter(before) && (runStart < colon || isLetter(unitAt(text, runStart - 2)));
  if (!isWord && colon > runStart && !isUnspaced(before)) return -1;
  const written = text.slice(colon + 1, runEnd);
  const address = parseIpv6(written);
  return address && (KNOWN_PREFIX.test(written) || (address.gap < 0 && !address.embedsIpv4)) ? colon + 1 : -1;
}

function assess(scan: TextScan, runStart: number, runEnd: number): void {
  const { text } = scan;
  const before = unitAt(text, runStart - 1);
  const isPart = isAlphanumeric(before) || before === 95 || before === 37;
  const opensWithColon = unitAt(text, runStart) === 58 && unitAt(text, runStart + 1) !== 58;
  const start = isPart || opensWithColon ? behindWord(text, runStart, runEnd) : runStart;
  if (start < 0) return;
  // The full stop or colon of the sentence.
  let end = startOf(text, runEnd, DOT, start);
  if (unitAt(text, end - 1) === 58 && unitAt(text, end - 2) !== 58) end--;
  const next = unitAt(text, end);
  if (isLetter(next) || next === 95 || end - start < 2 || end - start > MAX_UNITS) return;
  const written = text.slice(start, end);
  const address = parseIpv6(written);
  if (!address) return;
  const confidence = confidenceOf(address, written, (cuesAt(scan, start) & CUE_IP) !== 0);
  const close = zoneEnd(text, end);
  propose(scan, 'ipv6', start, close, confidence, 'ip-syntax', PRIORITY_IPV6);
}

/** IPv6 addresses. */
export const ipv6Addresses: KindDetector = {
  kinds: ['ipv6'],
  names: [
    {
      kind: 'ipv6',
      cues: CUE_IP,
      names: 'ipv6 ipv6_address ipv6_addr ip6',
    },
  ],
  units: COLON,
  minUnits: 2,
  run(scan, start, end) {
    const { text } = scan;
    // No address has fewer than two colons.
    const second = text.indexOf(':', text.indexOf(':', start) + 1);
    if (second < 0 || second >= end) return;
    let runStart = start;
    let colons = 0;
    for (let i = start; i <= end; i++) {
      const unit = i < end ? unitAt(text, i) : -1;
      if (unit === 58) colons++;
      else if (!isHex(unit) && unit !== 46) {
        if (colons >= 2 && i - runStart <= MAX_UNITS + 8) assess(scan, runStart, i);
        runStart = i + 1;
        colons = 0;
      }
    }
  },
};
