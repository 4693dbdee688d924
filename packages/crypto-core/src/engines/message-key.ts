// One message of the chunked construction, its key already derived.
import { chunkCount, tagBytes } from '../chunks.ts';
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
    if (message.key.openInto(plaintext, i * chunkBytes, { nonce: chunkNonce(message.baseNonce, i), data })) continue;
    plaintext.fill(0);
    return false;
  }
  return true;
}

export function createMessageKey(message: DerivedMessage): EngineMessageKey {
  return {
    commitment: message.commitment,
    sealChunk(index, plaintext) {
      const chunk = new Uint8Array(plaintext.length + tagBytes);
      message.key.sealInto(chunk, 0, { nonce: chunkNonce(message.baseNonce, index), data: plaintext });
      return chunk;
    },
    openChunk(index, data) {
      const plaintext = new Uint8Array(data.length - tagBytes);
      const nonce = chunkNonce(message.baseNonce, index);
      return message.key.openInto(plaintext, 0, { nonce, data }) ? plaintext : undefined;
    },
    dispose() {
      message.key.dispose();
      message.baseNonce.fill(0);
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
