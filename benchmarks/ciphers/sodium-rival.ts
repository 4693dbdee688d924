// libsodium compiled to WebAssembly, which it compiles from bytes when it is loaded.
import libsodium from 'libsodium-wrappers';
import type { RivalMaker } from './rival.ts';

export const sodium: RivalMaker = async ({ aead, key, nonce, associatedData, plaintext, sealed }) => {
  await libsodium.ready;
  switch (aead) {
    case 'chacha20-poly1305':
      return {
        seal: () => libsodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, associatedData, null, nonce, key),
        open: () => libsodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, associatedData, nonce, key),
      };
    case 'xchacha20-poly1305':
      return {
        seal: () => libsodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, associatedData, null, nonce, key),
        open: () => libsodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, associatedData, nonce, key),
      };
    default:
      return undefined; // its AES needs the processor's instructions, which WebAssembly has not
  }
};
