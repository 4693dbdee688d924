// The sealed record written straight from the design and c2sp.org/chunked-encryption over node:crypto, slow and
// readable; it shares no code with src/. Engines and the committed vectors are held against it.
import { createCipheriv, createHmac } from 'node:crypto';

export interface ReferenceInput {
  algorithm: 'aes-256-gcm' | 'chacha20-poly1305';
  key: Uint8Array;
  salt: Uint8Array;
  /** The whole context that goes into the derivation. */
  context: Uint8Array;
}

export interface Derived {
  info: Buffer;
  messageKey: Buffer;
  baseNonce: Buffer;
  commitment: Buffer;
}

export function derive({ algorithm, key, salt, context }: ReferenceInput): Derived {
  const aead = algorithm === 'aes-256-gcm' ? 'AEAD_AES_256_GCM' : 'AEAD_CHACHA20_POLY1305';
  const info = Buffer.concat([Buffer.from(`c2sp.org/chunked-encryption@v1+${aead}\0`), salt, context]);
  const first = createHmac('sha512', key).update(info).update(Uint8Array.of(1)).digest();
  const second = createHmac('sha512', key).update(first).update(info).update(Uint8Array.of(2)).digest();
  const output = Buffer.concat([first, second]).subarray(0, 76);
  return {
    info,
    messageKey: output.subarray(0, 32),
    baseNonce: output.subarray(32, 44),
    commitment: output.subarray(44),
  };
}

/** Commitment and chunks. */
export function sealBody(input: ReferenceInput, plaintext: Uint8Array): Buffer {
  const { messageKey, baseNonce, commitment } = derive(input);
  const parts: Uint8Array[] = [commitment];
  for (let i = 0; i * 16_384 <= plaintext.length; i++) {
    const nonce = Buffer.from(baseNonce);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ i) >>> 0, 8);
    const cipher = createCipheriv(input.algorithm as 'aes-256-gcm', messageKey, nonce, { authTagLength: 16 });
    parts.push(cipher.update(plaintext.subarray(i * 16_384, (i + 1) * 16_384)), cipher.final(), cipher.getAuthTag());
  }
  return Buffer.concat(parts);
}

export type Pair = readonly [name: string, value: string | Uint8Array];

/** `pairs` in the order of the names' UTF-8 bytes. */
export function encodePairs(pairs: readonly Pair[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(pairs.length);
  const parts: Uint8Array[] = [count];
  for (const [name, value] of pairs) {
    const nameBytes = Buffer.from(name);
    const valueBytes = Buffer.from(value);
    const nameLength = Buffer.alloc(2);
    const valueLength = Buffer.alloc(4);
    nameLength.writeUInt16BE(nameBytes.length);
    valueLength.writeUInt32BE(valueBytes.length);
    parts.push(nameLength, nameBytes, valueLength, valueBytes);
  }
  return Buffer.concat(parts);
}

export interface ReferenceRecord {
  algorithm: 'aes-256-gcm' | 'chacha20-poly1305';
  key: Uint8Array;
  handle: Uint8Array;
  flags: number;
  salt: Uint8Array;
  pairs: readonly Pair[];
}

export function encodeRecordContext({ algorithm, handle, flags, pairs }: ReferenceRecord): {
  header: Buffer;
  context: Buffer;
} {
  const suite = algorithm === 'aes-256-gcm' ? 1 : 2;
  const header = Buffer.concat([Uint8Array.of(0xc1, 0x01, suite, flags), handle]);
  return { header, context: Buffer.concat([Buffer.from('hammerwork/1\0'), header, encodePairs(pairs)]) };
}

export function sealRecord(record: ReferenceRecord, plaintext: Uint8Array): Buffer {
  const { header, context } = encodeRecordContext(record);
  return Buffer.concat([header, record.salt, sealBody({ ...record, context }, plaintext)]);
}
