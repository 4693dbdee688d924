import type { AeadName } from '@hammerwork/crypto-core';
import type { Turns } from '../harness/interleave.ts';

const families = ['aeads', 'batches', 'records', 'async records', 'text', 'hashes'] as const;
export type Family = (typeof families)[number];

export interface Size extends Turns {
  /** What is measured; all if left out. */
  readonly families?: readonly Family[];
  readonly aeads: readonly AeadName[];
  readonly bytes: readonly number[];
  /** Of messages in batches and of records through node:crypto by hand, which have one chunk. */
  readonly shortBytes: readonly number[];
  /** Processes that are started to measure a cold start. */
  readonly starts: number;
}

const aeads: readonly AeadName[] = ['aes-256-gcm', 'chacha20-poly1305', 'xchacha20-poly1305'];

export const full: Size = {
  rounds: 27,
  sliceMs: 2,
  aeads,
  bytes: [16, 64, 256, 1_024, 4_096, 16_384, 65_536, 1_048_576],
  shortBytes: [16, 64, 256, 1_024, 4_096],
  starts: 9,
};

/** Enough to see that all of it works. */
export const quick: Size = { rounds: 1, sliceMs: 1, aeads, bytes: [16, 1_024], shortBytes: [16, 64], starts: 1 };

export function includes({ families }: Size, family: Family): boolean {
  return families?.includes(family) ?? true;
}

/** A part of `size`: of these families alone, and of these numbers of bytes. Throws `RangeError` for an unknown family. */
export function only(size: Size, wanted: readonly string[], bytes: readonly number[]): Size {
  const known = families.filter((family) => wanted.includes(family));
  if (known.length < wanted.length) throw new RangeError(`there are ${families.join(', ')}, not ${wanted.join(', ')}`);
  const part = known.length > 0 ? { ...size, families: known } : size;
  return bytes.length > 0 ? { ...part, bytes, shortBytes: bytes.filter((count) => count < 16_384) } : part;
}
