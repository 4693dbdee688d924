// The portable engine: audited pure TypeScript (@noble/ciphers, @noble/hashes), wherever JavaScript runs. Its AES looks
// up tables by secret bytes, so it is not constant-time against an attacker who shares the machine's caches.
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305, xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import type { AeadName } from '../crypto.ts';
import { composeEngine } from './composed.ts';
import type { CipherEngine } from './engine.ts';
import type { AeadInput, AeadKey, MacKey } from './primitives.ts';
import { wrongTag } from './wrong-tag.ts';

const ciphers = {
  'aes-256-gcm': gcm,
  'chacha20-poly1305': chacha20poly1305,
  'xchacha20-poly1305': xchacha20poly1305,
};

export function createNobleEngine(): CipherEngine {
  return composeEngine({ name: 'noble', supports: (aead) => aead in ciphers, sha512, importMacKey, importAeadKey });
}

function importMacKey(key: Uint8Array): MacKey {
  // Holds the states after the two padded key blocks, not the key.
  const keyed = hmac.create(sha512, key);
  return {
    mac: (data) => keyed.clone().update(data).digest(),
    dispose: () => keyed.destroy(),
  };
}

function importAeadKey(aead: AeadName, key: Uint8Array): AeadKey {
  const cipher = ciphers[aead];
  const copy = new Uint8Array(key);
  const start = ({ nonce, associatedData }: AeadInput) => cipher(copy, nonce, associatedData);
  const seal = (input: AeadInput) => start(input).encrypt(input.data);
  return {
    seal,
    sealInto: (output, offset, input) => output.set(seal(input), offset),
    open(input) {
      try {
        return start(input).decrypt(input.data);
      } catch (cause) {
        return wrongTag(cause); // noble verifies before it decrypts
      }
    },
    dispose: () => copy.fill(0),
  };
}
