import type { AeadName } from '@hammerwork/crypto-core';
import type { Turns } from '../harness/interleave.ts';

export interface Size extends Turns {
  readonly aeads: readonly AeadName[];
  readonly bytes: readonly number[];
  /** Of messages in batches and of records through node:crypto by hand, which have one chunk. */
  readonly shortBytes: readonly number[];
  /** Processes that are started to measure a cold start. */
  readonly starts: number;
}

const aeads: readonly AeadName[] = ['aes-256-gcm', 'chacha20-poly1305', 'xchacha20-poly1305'];

export const full: Size = {
  rounds: 9,
  sliceMs: 6,
  aeads,
  bytes: [16, 64, 256, 1_024, 4_096, 16_384, 65_536, 1_048_576],
  shortBytes: [16, 64, 256, 1_024, 4_096],
  starts: 9,
};

/** Enough to see that all of it works. */
export const quick: Size = { rounds: 1, sliceMs: 1, aeads, bytes: [16, 1_024], shortBytes: [16, 64], starts: 1 };
