// What a record is bound to, as bytes (design: sealed record, context):
//
//   u16 count ‖ pairs sorted by the UTF-8 bytes of the name: u16 length ‖ name ‖ u32 length ‖ value
//
// Contexts of one program have few shapes (job, kind, surface, ...), so a gatherer keeps the sorted and encoded names of
// the shapes it saw last.
import { checkedLength, isBytes, typeName } from './checked-bytes.ts';
import { maxContextBytes } from './engines/engine.ts';
import { CryptoError } from './errors.ts';
import { compareUtf8, writeUtf8 } from './utf8.ts';

/**
 * What a record is bound to: names with text or bytes, at most 65,535 pairs and 65,000 bytes in all. Names and text
 * must be well-formed Unicode (`context_malformed` otherwise); nothing is normalised.
 */
export type Context = Readonly<Record<string, string | Uint8Array>>;

const maxPairs = 0xffff;
const keptShapes = 8;
/** Longer pairs are not kept. */
const longestKept = 512;

interface Shape {
  /** As `Object.keys` gives them. */
  readonly keys: readonly string[];
  readonly sorted: readonly string[];
  /** u16 length ‖ name, in sorted order. */
  readonly names: readonly Uint8Array[];
  kept: Written | undefined;
  /** Since `kept` was. */
  unlike: number;
}

/** Pairs as bytes. Those of the next record mostly differ in bytes alone: the job's id, the digest. */
interface Written {
  readonly pairs: Uint8Array;
  /** Of each value: a text itself, or how many bytes. */
  readonly values: readonly (string | number)[];
  /** Where each value begins. */
  readonly starts: readonly number[];
}

/** A context that was read once: getters of the caller's object run before any buffer is written, and once. */
export interface GatheredContext {
  readonly shape: Shape;
  readonly values: readonly (string | Uint8Array)[];
}

export type GatherContext = (context: Context) => GatheredContext;

export function createContextGatherer(): GatherContext {
  const shapes: Shape[] = [];

  return (context) => {
    if (typeof context !== 'object' || context === null) {
      throw new TypeError(`context must be an object of names and values, got ${typeName(context)}`);
    }
    const keys = Object.keys(context);
    let shape: Shape | undefined;
    for (let i = 0; i < shapes.length && !shape; i++) if (sameKeys(shapes[i]!.keys, keys)) shape = shapes[i];
    if (!shape) {
      shape = toShape(keys);
      if (shapes.unshift(shape) > keptShapes) shapes.pop();
    }
    const { sorted } = shape;
    const values = new Array<string | Uint8Array>(sorted.length);
    for (let i = 0; i < values.length; i++) values[i] = context[sorted[i]!]!;
    return { shape, values };
  };
}

/** Encodes a context alone, as it is given to key management services. Throws `context_malformed`, `input_too_large`. */
export function encodeContext(context: Context): Uint8Array {
  const buffer = new Uint8Array(maxContextBytes);
  const end = writeContext(buffer, 0, createContextGatherer()(context));
  if (end < 0) throw contextTooLarge();
  return buffer.slice(0, end);
}

export function contextTooLarge(): CryptoError {
  return new CryptoError(
    'input_too_large',
    `a context has at most ${maxContextBytes} bytes; bind a hash of long values`,
  );
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function toShape(keys: readonly string[]): Shape {
  if (keys.length > maxPairs) throw malformed(`has ${keys.length} pairs; at most ${maxPairs} are possible`);
  const sorted = keys.toSorted(compareUtf8);
  return { keys, sorted, names: sorted.map(encodeName), kept: undefined, unlike: 0 };
}

function encodeName(name: string): Uint8Array {
  const buffer = new Uint8Array(2 + 3 * name.length);
  const length = writeUtf8(buffer, 2, name) - 2;
  if (length < 0) throw malformed('has a name with a lone surrogate');
  if (length > 0xffff) throw malformed('has a name of more than 65,535 bytes');
  buffer[0] = length >> 8;
  buffer[1] = length;
  return buffer.subarray(0, 2 + length);
}

/** Returns the end, or -1 if `target` is too short. Throws `context_malformed`. */
export function writeContext(target: Uint8Array, offset: number, gathered: GatheredContext): number {
  const { kept } = gathered.shape;
  if (kept === undefined || !isAlike(kept, gathered.values) || offset + kept.pairs.length > target.length) {
    return writePairs(target, offset, gathered);
  }
  const { pairs, values, starts } = kept;
  target.set(pairs, offset);
  for (let i = 0; i < values.length; i++) {
    const length = values[i]!;
    if (typeof length === 'string') continue;
    writeBytes(target, offset + starts[i]!, { bytes: gathered.values[i] as Uint8Array, length });
  }
  return offset + pairs.length;
}

/** Whether nothing but bytes may differ, and they have the lengths they had. */
function isAlike(kept: Written, values: readonly (string | Uint8Array)[]): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (typeof value === 'string') {
      if (value !== kept.values[i]) return false;
    } else if (!isBytes(value) || checkedLength(value, 'a context value') !== kept.values[i]) return false;
  }
  return true;
}

function writePairs(target: Uint8Array, offset: number, { shape, values }: GatheredContext): number {
  const { sorted, names } = shape;
  const starts: number[] = [];
  if (offset + 2 > target.length) return -1;
  target[offset] = names.length >> 8;
  target[offset + 1] = names.length;
  let end = offset + 2;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (end + name.length + 4 > target.length) return -1;
    writeBytes(target, end, { bytes: name, length: name.length });
    end += name.length;
    const start = end + 4;
    const next = writeValue(target, start, values[i]!, sorted[i]!);
    if (next < 0) return -1;
    starts.push(start - offset);
    const length = next - start;
    target[end] = length >>> 24;
    target[end + 1] = length >>> 16;
    target[end + 2] = length >>> 8;
    target[end + 3] = length;
    end = next;
  }
  // Where texts change from record to record, keeping them each time would cost more than it saves.
  if (shape.unlike++ % 8 === 0) keep(shape, values, { pairs: target.subarray(offset, end), starts });
  return end;
}

function keep(
  shape: Shape,
  values: readonly (string | Uint8Array)[],
  { pairs, starts }: Pick<Written, 'pairs' | 'starts'>,
): void {
  if (pairs.length > longestKept) return;
  const kept = values.map((value) => (typeof value === 'string' ? value : checkedLength(value, 'a context value')));
  shape.kept = { pairs: pairs.slice(), values: kept, starts };
}

function writeValue(target: Uint8Array, start: number, value: string | Uint8Array, name: string): number {
  if (typeof value === 'string') {
    const end = writeUtf8(target, start, value);
    if (end === -2) throw malformed(`value ${JSON.stringify(name)} has a lone surrogate`);
    return end;
  }
  if (!isBytes(value)) {
    throw malformed(`value ${JSON.stringify(name)} must be a string or a Uint8Array, got ${typeName(value)}`);
  }
  const length = checkedLength(value, 'a context value');
  if (start + length > target.length) return -1;
  writeBytes(target, start, { bytes: value, length });
  return start + length;
}

/** Names and values are short: a loop takes half the time of `set` for 16 bytes. */
function writeBytes(
  target: Uint8Array,
  offset: number,
  { bytes, length }: { bytes: Uint8Array; length: number },
): void {
  if (length > 32) target.set(bytes, offset);
  else for (let i = 0; i < length; i++) target[offset + i] = bytes[i]!;
}

function malformed(what: string): CryptoError {
  return new CryptoError('context_malformed', `context ${what}`);
}
