// What the name of a field says of the value under it, of an object's members, and of the value beside it.
import { CUE_VERSION } from './cues.ts';
import type { NameRule } from './kind-detector.ts';
import { type Candidate, type FieldEvidence, NO_FIELD, type TextScan } from './scan.ts';

/** What a field name says. */
export interface NameMatch {
  /** For the scan of the value. */
  readonly evidence: FieldEvidence;
  /** The rule that the name falls under. */
  readonly rule: NameRule | undefined;
  /** Bits of the `under` groups that the name opens for its children. */
  readonly opens: number;
  /** What the name means below a parent that opens the group of the bit. */
  readonly below: readonly { readonly bit: number; readonly match: NameMatch }[];
  /** The name says nothing by itself and takes the sense of its parent. */
  readonly generic: boolean;
}

/** A name that says nothing. */
export const NO_MATCH: NameMatch = { evidence: NO_FIELD, rule: undefined, opens: 0, below: [], generic: false };

const CONTAINER_CONFIDENCE = 0.8;

/** The region of an object or array whose name says that it is sensitive as a whole. */
export function containerOf(
  { rule, evidence }: NameMatch,
  { kinds, threshold }: Pick<TextScan, 'kinds' | 'threshold'>,
): Candidate | undefined {
  if (!rule?.container || !kinds.has(rule.kind) || threshold > CONTAINER_CONFIDENCE) return undefined;
  const reasons = `${evidence.reasons} container`;
  return { kind: rule.kind, start: 0, end: 0, confidence: CONTAINER_CONFIDENCE, reasons, priority: 0 };
}

/** In a list of fields, what holds the name of the one beside it: `{ "name": "ssn", "value": "..." }`. */
export const LABELS: readonly string[] = ['name', 'key', 'field', 'label', 'type', 'system'];

/** What a label says about the value beside it. A `type` is also that of a node in a tree: it only lends a cue. */
export function labelled(label: string, match: NameMatch): NameMatch {
  return LABELS.indexOf(label) < 4 || match.evidence.cues > 0 ? match : NO_MATCH;
}

/** What a name means below a parent: a lifted weak name, its own sense, or the parent's if generic, or a version's. */
export function matchBelow(own: NameMatch, parent: NameMatch): NameMatch {
  if (own === NO_MATCH) return parent.evidence.cues & CUE_VERSION ? parent : own;
  for (const { bit, match } of own.below) if (parent.opens & bit) return match;
  return own.generic && own.rule === undefined && parent.rule !== undefined ? parent : own;
}

const SCHEMA_TYPES = ' string number integer boolean array object ';
/** How the names of its members begin. */
const SCHEMA_KEYS = /^(?:type|format|title|desc|req|null|enum|items|prop|exam|m[ai][nx]|[$x])/;

/** `{ "type": "string" }` under a name says what the datum is like, and is not it, where nothing else is beside it. */
export function isSchema(value: object, keys: readonly string[]): boolean {
  const type: unknown = Object.getOwnPropertyDescriptor(value, 'type')?.value;
  return typeof type === 'string' && SCHEMA_TYPES.includes(` ${type} `) && keys.every((key) => SCHEMA_KEYS.test(key));
}
