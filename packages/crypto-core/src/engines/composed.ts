// An engine put together from three primitives: SHA-512, HMAC-SHA-512 and AEADs. It is the readable form of the
// construction (c2sp.org/chunked-encryption, version 1):
//
//   key(32) ‖ base nonce(12) ‖ commitment(32) = HKDF-Expand-SHA-512(record key, label ‖ 0x00 ‖ salt ‖ context)
//   chunk i = AEAD(key, base nonce XOR i, no associated data)
import { plainView } from '../checked-bytes.ts';
import { bodyOffset, commitmentBytes, plaintextLength, recordLength } from '../chunks.ts';
import type { AeadName, Algorithm } from '../crypto.ts';
import { equalBytes } from '../equal-bytes.ts';
import { CryptoError } from '../errors.ts';
import { headerBytes } from '../record-header.ts';
import { createSlab } from '../slab.ts';
import { writeUtf8 } from '../utf8.ts';
import { wipe } from '../wipe.ts';
import {
  type CipherEngine,
  type DerivedBytes,
  type EngineAeadKey,
  type EngineRecordKey,
  headBytes,
  maxContextBytes,
} from './engine.ts';
import { createMessageKey, type DerivedMessage, openChunks, sealChunks } from './message-key.ts';
import type { AeadInput, MacKey, Primitives } from './primitives.ts';

const macBytes = 64;
const labels: Record<Algorithm, Uint8Array> = {
  'aes-256-gcm': encodeLabel('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'),
  'chacha20-poly1305': encodeLabel('c2sp.org/chunked-encryption@v1+AEAD_CHACHA20_POLY1305\0'),
};

export function composeEngine(primitives: Primitives): CipherEngine {
  const frames = new Uint8Array(headBytes + maxContextBytes);
  const allocate = createSlab();
  const deriveBytes = createDerivation(frames);

  function requireSupport(aead: AeadName): void {
    if (primitives.supports(aead)) return;
    throw new CryptoError('engine_unavailable', `the ${primitives.name} engine has no ${aead} here; use engine 'auto'`);
  }

  function derive(algorithm: Algorithm, macKey: MacKey, frameEnd: number): DerivedMessage {
    const { key, baseNonce, commitment } = deriveBytes(algorithm, macKey, frameEnd);
    const aeadKey = primitives.importAeadKey(algorithm, key);
    wipe(key);
    return { key: aeadKey, baseNonce, commitment };
  }

  function importRecordKey(algorithm: Algorithm, key: Uint8Array): EngineRecordKey {
    requireSupport(algorithm);
    const macKey = primitives.importMacKey(key);
    return {
      seal(frameEnd, plaintext) {
        const record = allocate(recordLength(plaintext.length));
        const message = derive(algorithm, macKey, frameEnd);
        record.set(frames.subarray(0, headBytes));
        record.set(message.commitment, headBytes);
        sealChunks(message, plaintext, record, bodyOffset);
        message.key.dispose();
        return record;
      },
      open(frameEnd, record) {
        const message = derive(algorithm, macKey, frameEnd);
        const committed = equalBytes(message.commitment, record.subarray(headBytes, bodyOffset));
        const plaintext = allocate(committed ? plaintextLength(record.length) : 0);
        const opened = committed && openChunks(message, record.subarray(bodyOffset), plaintext);
        message.key.dispose();
        return opened ? plaintext : undefined;
      },
      derive: (frameEnd) => createMessageKey(derive(algorithm, macKey, frameEnd)),
      deriveBytes: (frameEnd) => deriveBytes(algorithm, macKey, frameEnd),
      dispose: () => macKey.dispose(),
    };
  }

  function importAeadKey(aead: AeadName, key: Uint8Array): EngineAeadKey {
    requireSupport(aead);
    const aeadKey = primitives.importAeadKey(aead, key);
    return {
      seal: (nonce, plaintext, associatedData) => aeadKey.seal(plainInput(nonce, plaintext, associatedData)),
      open(nonce, ciphertext, associatedData) {
        const plaintext = aeadKey.open(plainInput(nonce, ciphertext, associatedData));
        return plaintext && plainView(plaintext);
      },
      dispose: () => aeadKey.dispose(),
    };
  }

  const { name, supports, sha512 } = primitives;
  return { name, frames, supports, sha512, importRecordKey, importAeadKey };
}

function plainInput(nonce: Uint8Array, data: Uint8Array, associatedData: Uint8Array): AeadInput {
  return { nonce: plainView(nonce), data: plainView(data), associatedData: plainView(associatedData) };
}

type DeriveBytes = (algorithm: Algorithm, macKey: MacKey, frameEnd: number) => DerivedBytes;

/** HKDF-Expand to 76 bytes is two HMACs: T1 = HMAC(info ‖ 1), T2 = HMAC(T1 ‖ info ‖ 2). */
function createDerivation(frames: Uint8Array): DeriveBytes {
  const buffer = new Uint8Array(macBytes + labels['chacha20-poly1305'].length + frames.length + 1);
  return (algorithm, macKey, frameEnd) => {
    const label = labels[algorithm];
    buffer.set(label, macBytes);
    buffer.set(frames.subarray(headerBytes, frameEnd), macBytes + label.length);
    const end = macBytes + label.length + frameEnd - headerBytes;
    buffer[end] = 1;
    const first = macKey.mac(buffer.subarray(macBytes, end + 1));
    buffer.set(first);
    buffer[end] = 2;
    const second = macKey.mac(buffer.subarray(0, end + 1));
    const baseNonce = new Uint8Array(first.subarray(32, 44));
    const commitment = new Uint8Array(commitmentBytes);
    commitment.set(first.subarray(44));
    commitment.set(second.subarray(0, 12), 20);
    const key = new Uint8Array(first.subarray(0, 32));
    wipe(first, second, buffer.subarray(0, macBytes));
    return { key, baseNonce, commitment };
  };
}

function encodeLabel(text: string): Uint8Array {
  const label = new Uint8Array(text.length);
  writeUtf8(label, 0, text);
  return label;
}
