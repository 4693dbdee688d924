// The sealed record written out over node:crypto for one key, as a careful programmer would who has only that: keys as
// KeyObjects, random bytes from a pool, the context encoded beforehand, one buffer for what is hashed. And as it is
// mostly written: derived keys go in as bytes, and each salt is drawn for itself. Records of one chunk, below 16 KiB.
import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomFillSync,
  timingSafeEqual,
} from 'node:crypto';
import type { Algorithm } from '@hammerwork/crypto-core';

export interface RecordByHand {
  seal(plaintext: Uint8Array): Buffer;
  open(record: Uint8Array): Buffer;
}

export interface ByHandOptions {
  readonly algorithm: Algorithm;
  readonly key: Uint8Array;
  /** 12 bytes. */
  readonly header: Uint8Array;
  /** As `encodeContext` gives it. */
  readonly context: Uint8Array;
  /** Fills the pool from which salts are taken. */
  readonly fill?: (pool: Uint8Array) => void;
  /** As it is mostly written. Default false. */
  readonly plain?: boolean;
}

const [headBytes, bodyOffset, saltBytes, digestBytes, tagBytes] = [36, 68, 24, 64, 16];

export function createRecordByHand({
  algorithm,
  key,
  header,
  context,
  fill = randomFillSync,
  plain = false,
}: ByHandOptions): RecordByHand {
  const keyOf = (bytes: Uint8Array) => (plain ? bytes : createSecretKey(bytes));
  const held = keyOf(key);
  const name = algorithm as CipherGCMTypes;
  const aead = algorithm === 'aes-256-gcm' ? 'AEAD_AES_256_GCM' : 'AEAD_CHACHA20_POLY1305';
  const label = Buffer.from(`c2sp.org/chunked-encryption@v1+${aead}\0`);
  const bound = Buffer.concat([Buffer.from('hammerwork/1\0'), header, context]);
  // T(1) ‖ label ‖ salt ‖ context ‖ counter, of which T(1) is left out at first
  const hashed = Buffer.concat([Buffer.alloc(digestBytes), label, Buffer.alloc(saltBytes), bound, Buffer.alloc(1)]);
  const saltAt = digestBytes + label.length;
  const first = hashed.subarray(digestBytes);
  const pool = Buffer.alloc(plain ? saltBytes : 4_096);
  let taken = pool.length;

  function derive(salt: Uint8Array): { messageKey: Buffer; nonce: Buffer; commitment: Buffer } {
    hashed.set(salt, saltAt);
    hashed[hashed.length - 1] = 1;
    const start = createHmac('sha512', held).update(first).digest();
    hashed.set(start, 0);
    hashed[hashed.length - 1] = 2;
    const end = createHmac('sha512', held).update(hashed).digest();
    const commitment = Buffer.allocUnsafe(32);
    start.copy(commitment, 0, 44);
    end.copy(commitment, 20, 0, 12);
    return { messageKey: start.subarray(0, 32), nonce: start.subarray(32, 44), commitment };
  }

  return {
    seal(plaintext) {
      if (taken + saltBytes > pool.length) {
        fill(pool);
        taken = 0;
      }
      const salt = pool.subarray(taken, taken + saltBytes);
      taken += saltBytes;
      const { messageKey, nonce, commitment } = derive(salt);
      const cipher = createCipheriv(name, keyOf(messageKey), nonce, { authTagLength: 16 });
      const record = Buffer.allocUnsafe(bodyOffset + plaintext.length + tagBytes);
      record.set(header, 0);
      record.set(salt, 12);
      record.set(commitment, headBytes);
      record.set(cipher.update(plaintext), bodyOffset);
      cipher.final();
      record.set(cipher.getAuthTag(), bodyOffset + plaintext.length);
      return record;
    },
    open(record) {
      const { messageKey, nonce, commitment } = derive(record.subarray(12, headBytes));
      if (!timingSafeEqual(commitment, record.subarray(headBytes, bodyOffset))) throw new Error('another key or place');
      const end = record.length - tagBytes;
      const decipher = createDecipheriv(name, keyOf(messageKey), nonce, { authTagLength: 16 });
      decipher.setAuthTag(record.subarray(end));
      const plaintext = decipher.update(record.subarray(bodyOffset, end));
      decipher.final();
      return plaintext;
    },
  };
}
