// The members of objects as canonical JSON has them, sorted and encoded, by where an object stands: payloads of one type
// have the same ones in the same places, and to sort and encode them again takes 0.6 µs of the 2.3 for a job of 1 KB.
import { places } from './place.ts';
import { sortNames } from './sort-names.ts';
import { utf8 } from './utf8.ts';
import { isStorable } from './well-formed.ts';

/** Objects with more members or longer names are written by the way. */
const [mostMembers, mostUnits] = [32, 1_024];
/** Where members change each time, to keep them costs more than it saves: at last one of so many in a place is kept. */
const mostPatience = 256;

export interface Members {
  /** As `Object.keys` gives them. */
  readonly keys: readonly string[];
  /** Sorted. */
  readonly names: readonly string[];
  /** What stands before each value: `{"name":` for the first, `,"name":` for others, each from a whole word on. */
  readonly texts: Int32Array;
  /** In words. */
  readonly starts: readonly number[];
  /** In bytes. */
  readonly lengths: readonly number[];
}

export class KnownMembers {
  private readonly kept: (Members | undefined)[] = new Array<undefined>(places).fill(undefined);
  /** How many objects with other members were met in a place. */
  private readonly missed: Uint32Array = new Uint32Array(places);

  /** Undefined where the object at `place` has other members than those before it; else `keys` may be kept. */
  find(place: number, keys: readonly string[]): Members | undefined {
    const members = this.kept[place];
    if (members !== undefined && areSame(members.keys, keys)) return members;
    const missed = ++this.missed[place]!;
    const isTurn = missed < mostPatience ? (missed & (missed - 1)) === 0 : missed % mostPatience === 0;
    if (!isTurn || keys.length === 0 || keys.length > mostMembers) return undefined;
    if (keys.join('').length > mostUnits || !keys.every(isStorable)) return undefined;
    const others = encode(keys);
    this.kept[place] = others;
    return others;
  }
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function encode(keys: readonly string[]): Members {
  const names = sortNames([...keys]);
  const pieces = names.map((name, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  const bytes = new Uint8Array(4 * Math.ceil((3 * pieces.join('').length) / 4) + 4 * pieces.length);
  const starts: number[] = [];
  const lengths: number[] = [];
  let end = 0;
  for (const piece of pieces) {
    const length = utf8.encodeInto(piece, bytes.subarray(end));
    starts.push(end / 4);
    lengths.push(length);
    end += 4 * Math.ceil(length / 4);
  }
  const view = new DataView(bytes.buffer);
  const texts = Int32Array.from({ length: end / 4 }, (_, i) => view.getInt32(4 * i, true));
  return { keys, names, texts, starts, lengths };
}
