// What field names say, kept per detector: payloads of a job type have the same names again and again.
import type { LeafScanner } from './leaf.ts';
import type { NameIndex } from './name-index.ts';
import { LABELS, type NameMatch } from './name-match.ts';

/** A name and whether it holds personal data itself. */
export interface KnownName {
  readonly match: NameMatch;
  readonly personal: boolean;
  /** Itself where, in a list of fields, it holds the name of the one beside it: `{ "name": "ssn", "value": "..." }`. */
  readonly label: string;
  /** The name itself, unless it is one that is not kept. */
  readonly name: string | undefined;
  /** The same as it stands in JSON, in front of its value: `"name":`. */
  readonly lead: string;
  /** What was looked up behind it the last time: the names of an object mostly come in one order. */
  next: KnownName | undefined;
}

const MAX_NAMES = 8192;
const MAX_NAME_UNITS = 80;

/** Looks names up, and scans those of keys. */
export class KnownNames {
  readonly #names = new Map<string, KnownName>();
  readonly #index: NameIndex;
  readonly #leaves: LeafScanner;
  readonly #scanKeys: boolean;

  constructor(index: NameIndex, leaves: LeafScanner, scanKeys: boolean) {
    this.#index = index;
    this.#leaves = leaves;
    this.#scanKeys = scanKeys;
  }

  get(name: string): KnownName {
    return this.#names.get(name) ?? this.#learn(name);
  }

  /** The same for a name behind the `previous` one, at no cost where it was there the last time. */
  after(previous: KnownName | undefined, name: string): KnownName {
    const expected = previous?.next;
    if (expected !== undefined && expected.name === name) return expected;
    const known = this.get(name);
    if (previous) previous.next = known;
    return known;
  }

  #learn(name: string): KnownName {
    const personal = this.#scanKeys && this.#leaves.isPersonal(name);
    const kept = !personal && name.length <= MAX_NAME_UNITS;
    const fresh: KnownName = {
      match: this.#index.lookup(name),
      personal,
      label: LABELS.find((label) => label === name.toLowerCase()) ?? '',
      // A copy, as keys of objects are: a part of a text keeps all of the text in memory.
      name: kept ? Object.keys({ [name]: 0 })[0] : undefined,
      lead: kept ? `${JSON.stringify(name)}:` : '',
      next: undefined,
    };
    // Names that hold personal data are not kept.
    if (fresh.name === undefined) return fresh;
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    this.#names.set(fresh.name, fresh);
    return fresh;
  }
}
