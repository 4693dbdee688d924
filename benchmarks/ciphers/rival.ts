// One way to seal and open with a plain AEAD, and the task that all ways are given. Results may come in pieces, where an
// API gives them so: nobody is charged for a join that its documented use does not need.
import type { AeadName } from '@hammerwork/crypto-core';
import type { Contestant } from '../harness/interleave.ts';

export interface Task {
  readonly aead: AeadName;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly associatedData: Uint8Array;
  readonly plaintext: Uint8Array;
  /** What sealing must give: ciphertext and tag. */
  readonly sealed: Uint8Array;
}

export interface Rival {
  readonly seal: Contestant;
  readonly open: Contestant;
}

/** Undefined where the runtime or the library lacks the AEAD. */
export type RivalMaker = (task: Task) => Rival | undefined | Promise<Rival | undefined>;

/** Throws unless both calls give what the task says. */
export async function proveEqual(name: string, rival: Rival, { sealed, plaintext }: Task): Promise<void> {
  if (!sameBytes(joined(await result(rival.seal)), sealed)) throw new Error(`${name} seals to other bytes`);
  if (!sameBytes(joined(await result(rival.open)), plaintext)) throw new Error(`${name} opens to other bytes`);
}

async function result(contestant: Contestant): Promise<unknown> {
  return typeof contestant === 'function' ? contestant() : contestant.awaited();
}

function joined(output: unknown): Uint8Array {
  if (output instanceof Uint8Array) return output;
  if (output instanceof ArrayBuffer) return new Uint8Array(output);
  if (!Array.isArray(output)) throw new Error('neither bytes nor pieces of bytes');
  const pieces = output.map(joined);
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    whole.set(piece, end);
    end += piece.length;
  }
  return whole;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Bytes that differ from place to place, the same in every run. */
export function sampleBytes(length: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + seed, 2_654_435_761) >>> 24);
}
