// The contestants that run in every runtime: ours on one engine, noble, and WebCrypto. No import of Node stands here.
import { type AeadName, type CryptoOptions, createCrypto, isCodedError } from '@hammerwork/crypto-core';
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305, xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { type RivalMaker, sampleBytes, type Task } from './rival.ts';

export type EngineChoice = NonNullable<CryptoOptions['engine']>;

const nobleAeads = {
  'aes-256-gcm': gcm,
  'chacha20-poly1305': chacha20poly1305,
  'xchacha20-poly1305': xchacha20poly1305,
} as const;

/** Nobody's reference but noble's own: what all others must equal. */
export function nobleSeal({ aead, key, nonce, associatedData, plaintext }: Omit<Task, 'sealed'>): Uint8Array {
  return nobleAeads[aead](key, nonce, associatedData).encrypt(plaintext);
}

/** A message of `bytes` bytes beside 32 bytes of associated data. */
export function makeTask(aead: AeadName, bytes: number): Task {
  const task = {
    aead,
    key: sampleBytes(32, 1),
    nonce: sampleBytes(aead === 'xchacha20-poly1305' ? 24 : 12, 2),
    associatedData: sampleBytes(32, 3),
    plaintext: sampleBytes(bytes, 4),
  };
  return { ...task, sealed: nobleSeal(task) };
}

export const noble: RivalMaker = (task) => {
  const { aead, key, nonce, associatedData, sealed } = task;
  return {
    seal: () => nobleSeal(task),
    open: () => nobleAeads[aead](key, nonce, associatedData).decrypt(sealed),
  };
};

/** This package's own AEADs, the key imported once. */
export function ours(engine: EngineChoice): RivalMaker {
  return ({ aead, key, nonce, associatedData, plaintext, sealed }) => {
    const held = unlessUnavailable(() => createCrypto({ engine }).aead(aead, key));
    return (
      held && {
        seal: () => held.seal(nonce, plaintext, associatedData),
        open: () => held.open(nonce, sealed, associatedData),
      }
    );
  };
}

/** Undefined for `engine_unavailable`. */
export function unlessUnavailable<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (isCodedError(error) && error.code === 'engine_unavailable') return undefined;
    throw error;
  }
}

/** A key imported once; each call is waited for. */
export const webCrypto: RivalMaker = async (task) => {
  if (task.aead !== 'aes-256-gcm') return undefined;
  const { subtle } = globalThis.crypto;
  const bytes = (view: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(view);
  const key = await subtle.importKey('raw', bytes(task.key), 'AES-GCM', false, ['encrypt', 'decrypt']);
  const options = {
    name: 'AES-GCM',
    iv: bytes(task.nonce),
    additionalData: bytes(task.associatedData),
    tagLength: 128,
  };
  const [plaintext, sealed] = [bytes(task.plaintext), bytes(task.sealed)];
  return {
    seal: { awaited: () => subtle.encrypt(options, key, plaintext) },
    open: { awaited: () => subtle.decrypt(options, key, sealed) },
  };
};
