// One message of the chunked construction, its key already derived.
import { plainView } from '../checked-bytes.ts';
import { chunkCount, tagBytes } from '../chunks.ts';
import { release } from '../passing-bytes.ts';
import { wipe } from '../wipe.ts';
import { chunkBytes, type EngineMessageKey } from './engine.ts';
import type { AeadKey } from './primitives.ts';

export interface DerivedMessage {
  readonly key: AeadKey;
  readonly baseNonce: Uint8Array;
  readonly commitment: Uint8Array;
}

/** Seals all of `plaintext` into `record` from `offset` on. */
export function sealChunks(message: DerivedMessage, plaintext: Uint8Array, record: Uint8Array, offset: number): void {
  const count = chunkCount(plaintext.length);
  for (let i = 0; i < count; i++) {
    const data = plaintext.subarray(i * chunkBytes, (i + 1) * chunkBytes);
    message.key.sealInto(record, offset + i * (chunkBytes + tagBytes), {
      nonce: chunkNonce(message.baseNonce, i),
      data,
    });
  }
}

/** Opens the chunks of `body` into `plaintext`, which is wiped again if one of them fails. */
export function openChunks(message: DerivedMessage, body: Uint8Array, plaintext: Uint8Array): boolean {
  const count = chunkCount(plaintext.length);
  for (let i = 0; i < count; i++) {
    const data = body.subarray(i * (chunkBytes + tagBytes), (i + 1) * (chunkBytes + tagBytes));
    const piece = message.key.open({ nonce: chunkNonce(message.baseNonce, i), data });
    if (!piece) {
      wipe(plaintext);
      return false;
    }
    plaintext.set(piece, i * chunkBytes);
    wipe(piece);
    release(piece);
  }
  return true;
}

export function createMessageKey(message: DerivedMessage): EngineMessageKey {
  return {
    commitment: message.commitment,
    sealChunk: (index, data) => message.key.seal({ nonce: chunkNonce(message.baseNonce, index), data }),
    openChunk(index, data) {
      const plaintext = message.key.open({ nonce: chunkNonce(message.baseNonce, index), data });
      return plaintext && plainView(plaintext);
    },
    dispose() {
      message.key.dispose();
      wipe(message.baseNonce);
    },
  };
}

/** The base nonce XOR the chunk's number, big-endian, at its end. */
export function chunkNonce(baseNonce: Uint8Array, index: number): Uint8Array {
  const nonce = baseNonce.slice();
  nonce[8]! ^= index >>> 24;
  nonce[9]! ^= index >>> 16;
  nonce[10]! ^= index >>> 8;
  nonce[11]! ^= index;
  return nonce;
}
