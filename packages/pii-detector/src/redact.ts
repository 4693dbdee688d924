// Copies of values with the findings taken out.
import { unboxed } from './boxed.ts';
import type { Detection, Finding } from './finding.ts';
import { looksLikeJson } from './json-text.ts';
import { escapeToken } from './pointer.ts';
import { unitAt } from './units.ts';

/**
 * What stands in place of a region: `label` its kind (`[email]`), `mask` one `*` per letter or digit and eight for any
 * secret, `last4` the same but for the last four of a card, account or phone number, `remove` nothing. In a string of
 * JSON, `null` stands for numbers, objects and arrays, so that it stays JSON.
 */
export type RedactStyle = 'label' | 'mask' | 'last4' | 'remove';

const STYLES: readonly RedactStyle[] = ['label', 'mask', 'last4', 'remove'];
const KEEP_LAST4 = /^(?:credit_card|ssn|phone|iban|bank_account)$/;
/** Their length and their marks say something about them. */
const SECRETS = /^(?:password|api_key|private_key|jwt|cvv|pin)$/;
const HIDDEN = '********';
const UNSCANNABLE = '[unscannable]';

/** What is outside of the basic plane, or half of it, is shown as little as any letter. */
const LETTER_OR_DIGIT = /[\p{L}\p{N}\p{Cs}]|[^\0-\uffff]/gu;

/** One `*` per letter or digit, but for the last `keep` of them. */
function masked(text: string, keep: number): string {
  const units = text.match(LETTER_OR_DIGIT) ?? [];
  let left = units.length - keep;
  return text.replace(LETTER_OR_DIGIT, (unit) => (left-- > 0 ? '*'.repeat(unit.length) : unit));
}

function replacement(text: string, kind: string, style: RedactStyle): string {
  if (style === 'label') return `[${kind}]`;
  if (style === 'remove') return '';
  if (SECRETS.test(kind)) return HIDDEN;
  return masked(text, style === 'last4' && KEEP_LAST4.test(kind) && text.length > 8 ? 4 : 0);
}

/** The nearest unit that is no white space, from `index` on in steps of `step`. */
function neighbour(text: string, index: number, step: number): number {
  let i = index;
  while (i >= 0 && unitAt(text, i) <= 32 && i < text.length) i += step;
  return i;
}

/** In JSON, a literal without quotes: a number, an object, an array. In its place only a literal keeps the JSON whole. */
function isBareLiteral(text: string, start: number, end: number): boolean {
  const next = text[neighbour(text, end, 1)] ?? '';
  if (next === '' || !',}]'.includes(next)) return false;
  const before = neighbour(text, start - 1, -1);
  const mark = text[before] ?? '';
  return mark === ':' ? text[neighbour(text, before - 1, -1)] === '"' : mark === '[' || mark === ',';
}

function redactText(text: string, findings: readonly Finding[], style: RedactStyle): string {
  const json = findings.length > 0 && looksLikeJson(text);
  let out = '';
  let from = 0;
  for (const { start, end, kind } of findings) {
    const bare = json && isBareLiteral(text, start, end);
    out += text.slice(from, start) + (bare ? 'null' : replacement(text.slice(start, end), kind, style));
    from = end;
  }
  return out + text.slice(from);
}

/** Findings by pointer, in the order of their regions. */
function byPointer(findings: readonly Finding[]): Map<string, Finding[]> {
  const map = new Map<string, Finding[]>();
  for (const finding of findings) {
    const same = map.get(finding.pointer);
    if (same) same.push(finding);
    else map.set(finding.pointer, [finding]);
  }
  return map;
}

/**
 * A copy of `value` with the regions of `detection`, which is that of the value, replaced. The value itself is not
 * changed. TypeError for an unknown style.
 */
export function redactFindings(value: unknown, detection: Detection, style: RedactStyle = 'label'): unknown {
  if (!STYLES.includes(style)) throw new TypeError(`style must be one of ${STYLES.join(', ')}, not ${String(style)}`);
  const found = byPointer(detection.findings);
  const blind = new Set(detection.unscannable.map(({ pointer }) => pointer));

  function copy(node: unknown, pointer: string): unknown {
    const findings = found.get(pointer) ?? [];
    const whole = findings.find(({ start, end }) => start === end);
    if (whole) return replacement(HIDDEN, whole.kind, style);
    if (typeof node === 'string') return redactText(node, findings, style);
    if (typeof node === 'number' || typeof node === 'bigint') {
      return findings.length > 0 ? redactText(String(node), findings, style) : node;
    }
    if (typeof node !== 'object' || node === null) return node;
    if (node instanceof Date) return redactDate(node, findings);
    const inside = unboxed(node);
    if (inside !== undefined) return copy(inside, pointer);
    if (Array.isArray(node)) return copyElements(node, pointer);
    // A key that is personal is not to be told apart by its pointer: the object goes as a whole.
    const keyed = findings.find(({ inKey }) => inKey);
    if (keyed) return replacement(HIDDEN, keyed.kind, style);
    const entries = Object.keys(node).map((key) => [key, member(node, key, `${pointer}/${escapeToken(key)}`)]);
    return Object.fromEntries(entries);
  }

  function redactDate(date: Date, findings: readonly Finding[]): string | null {
    if (Number.isNaN(date.getTime())) return null;
    return redactText(date.toISOString(), findings, style);
  }

  function copyElements(elements: readonly unknown[], pointer: string): unknown[] {
    const copied: unknown[] = [];
    copied.length = elements.length;
    for (const index of Object.keys(elements)) {
      const i = Number(index);
      if (i < copied.length) copied[i] = member(elements, index, `${pointer}/${index}`);
    }
    return copied;
  }

  /** The copy of a member, read as the walk reads it: a getter is never called. */
  function member(holder: object, key: string, pointer: string): unknown {
    if (blind.has(pointer)) return UNSCANNABLE;
    try {
      return copy(Object.getOwnPropertyDescriptor(holder, key)?.value, pointer);
    } catch {
      return UNSCANNABLE;
    }
  }

  return member([value], '0', '');
}
