// The bytes of `encrypted_key_material` (design: sealed record, wrapped keys): 0xC3, count, then for each wrap
// u8 length ‖ provider id ‖ u32 length ‖ wrapped bytes. All integers are big-endian.
import { KeyManagerError } from './errors.ts';

const magic = 0xc3;
const maxWrapBytes = 65_536;

/** One key wrapped under one master key. */
export interface Wrap {
  providerId: string;
  bytes: Uint8Array;
}

/** Joins 1 to 255 wraps of one key. */
export function encodeWraps(wraps: readonly Wrap[]): Uint8Array {
  if (wraps.length < 1 || wraps.length > 255) throw new RangeError(`1 to 255 wraps expected, got ${wraps.length}`);
  const parts: Uint8Array[] = [Uint8Array.of(magic, wraps.length)];
  for (const { providerId, bytes } of wraps) {
    const id = new TextEncoder().encode(providerId);
    if (id.length < 1 || id.length > 255) throw new RangeError(`A provider id has 1 to 255 bytes, got ${id.length}`);
    if (bytes.length > maxWrapBytes) throw new RangeError(`A wrapped key has ${maxWrapBytes} bytes at most`);
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, bytes.length);
    parts.push(Uint8Array.of(id.length), id, size, bytes);
  }
  return concat(parts);
}

/** Takes apart what `encodeWraps` joined; anything else is `material_malformed`. */
export function decodeWraps(container: Uint8Array): Wrap[] {
  const view = new DataView(container.buffer, container.byteOffset, container.byteLength);
  const wraps: Wrap[] = [];
  let at = 2;
  const take = (length: number): Uint8Array => {
    if (at + length > container.length) throw malformed();
    at += length;
    return container.subarray(at - length, at);
  };
  if (container.length < 2 || container[0] !== magic || container[1] === 0) throw malformed();
  for (let left = container[1]!; left > 0; left--) {
    const idLength = take(1)[0]!;
    const id = take(idLength);
    const length = view.getUint32(take(4).byteOffset - container.byteOffset);
    if (idLength === 0 || length > maxWrapBytes) throw malformed();
    wraps.push({ providerId: decodeText(id), bytes: take(length) });
  }
  if (at !== container.length) throw malformed();
  return wraps;
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed();
  }
}

function malformed(): KeyManagerError {
  return new KeyManagerError(
    'material_malformed',
    'A stored wrapped key is not in the format this version writes. Restore the row from a backup.',
  );
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
