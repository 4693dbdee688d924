// The contestants of runtimes with node:crypto.
import { type CipherGCMTypes, createCipheriv, createDecipheriv, createSecretKey, getCiphers } from 'node:crypto';
import type { AeadName } from '@hammerwork/crypto-core';
import type { RivalMaker } from './rival.ts';

// Without it Node takes short GCM tags on opening.
const options = { authTagLength: 16 };

/** Bun's node:crypto lacks ChaCha20-Poly1305; none has XChaCha20-Poly1305, though workerd's names it. */
export function nodeHas(aead: AeadName): boolean {
  return aead !== 'xchacha20-poly1305' && getCiphers().includes(aead);
}

/** The key as a KeyObject made once, which is the fast way, or as bytes for each message. */
export function nodeCrypto(keyKind: 'KeyObject' | 'raw key'): RivalMaker {
  return ({ aead, key, nonce, associatedData, plaintext, sealed }) => {
    if (!nodeHas(aead)) return undefined;
    const name = aead as CipherGCMTypes;
    const held = keyKind === 'KeyObject' ? createSecretKey(key) : key;
    const end = sealed.length - 16;
    const [ciphertext, tag] = [sealed.subarray(0, end), sealed.subarray(end)];
    return {
      seal: () => {
        const cipher = createCipheriv(name, held, nonce, options);
        if (associatedData.length > 0) cipher.setAAD(associatedData);
        const start = cipher.update(plaintext);
        cipher.final();
        return [start, cipher.getAuthTag()];
      },
      open: () => {
        const decipher = createDecipheriv(name, held, nonce, options);
        if (associatedData.length > 0) decipher.setAAD(associatedData);
        decipher.setAuthTag(tag);
        const start = decipher.update(ciphertext);
        decipher.final();
        return start;
      },
    };
  };
}
