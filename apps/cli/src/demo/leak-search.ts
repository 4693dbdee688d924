// Searches bytes for personal values: every file below a folder, for every value in every form in which a program may
// have written it. One pass over the bytes, whatever the number of values.
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Values shorter than this are not searched: they would be found by chance. */
export const shortestNeedle = 11;

export interface LeakSearch {
  /** Adds the values that stand in `bytes` to the found ones. */
  scan(bytes: Uint8Array): void;
  /** Values found so far. */
  readonly found: ReadonlySet<string>;
  /** Bytes looked at so far. */
  readonly bytes: number;
}

/** Prepares a search for `values`. Throws `RangeError` for a value below `shortestNeedle` UTF-8 bytes. */
export function createLeakSearch(values: Iterable<string>): LeakSearch {
  const byStart = new Map<number, { needle: Buffer; value: string }[]>();
  const starts = new Uint8Array(1 << 16);
  for (const value of values) {
    if (Buffer.byteLength(value) < shortestNeedle)
      throw new RangeError(`a value of ${value.length} characters is too short to search for`);
    for (const form of formsOf(value)) {
      const needle = Buffer.from(form);
      starts[needle.readUInt16LE(0)] = 1;
      const start = needle.readUInt32LE(0);
      byStart.set(start, [...(byStart.get(start) ?? []), { needle, value }]);
    }
  }
  const found = new Set<string>();
  let bytes = 0;
  return {
    found,
    get bytes() {
      return bytes;
    },
    scan(chunk) {
      const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      bytes += text.length;
      for (let at = 0; at + 4 <= text.length; at++) {
        if (starts[text[at]! | (text[at + 1]! << 8)] === 0) continue;
        for (const { needle, value } of byStart.get(text.readUInt32LE(at)) ?? [])
          if (text.compare(needle, 0, needle.length, at, Math.min(at + needle.length, text.length)) === 0)
            found.add(value);
      }
    },
  };
}

/** UTF-8, JSON with escapes, percent-encoded, hexadecimal and base64. */
function formsOf(value: string): Set<string> {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const bytes = Buffer.from(value);
  return new Set([
    value,
    json,
    ascii,
    encodeURIComponent(value),
    bytes.toString('hex'),
    bytes.toString('base64').replaceAll('=', ''),
  ]);
}

/** Scans every file below `folder`, in pieces that overlap so that no value is cut. */
export async function scanFolder(search: LeakSearch, folder: string): Promise<void> {
  const piece = Buffer.allocUnsafe(4 << 20);
  const overlap = 4096;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    await using file = await open(join(entry.parentPath, entry.name));
    let kept = 0;
    for (;;) {
      const { bytesRead } = await file.read(piece, kept, piece.length - kept);
      if (bytesRead === 0) break;
      const length = kept + bytesRead;
      search.scan(piece.subarray(0, length));
      kept = Math.min(overlap, length);
      piece.copyWithin(0, length - kept, length);
    }
  }
}
