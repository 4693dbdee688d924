// A key that an engine holds, as callers see it. Private fields keep the engine's part out of inspection, JSON and reach.
import type { Algorithm, RecordKey } from './crypto.ts';
import type { CipherEngine, EngineRecordKey } from './engines/engine.ts';
import { CryptoError } from './errors.ts';
import { encodeFrameStart } from './frame.ts';

/** What sealing needs of a key. */
export interface LiveKey {
  readonly engine: CipherEngine;
  readonly engineKey: EngineRecordKey;
  /** How frames of the key's records begin, the header's 12 bytes first. */
  readonly frameStart: Uint8Array;
}

export class HeldRecordKey implements RecordKey {
  readonly algorithm: Algorithm;
  readonly handle: Uint8Array;
  #live: LiveKey | undefined;

  constructor(engine: CipherEngine, engineKey: EngineRecordKey, key: { algorithm: Algorithm; handle: Uint8Array }) {
    this.algorithm = key.algorithm;
    this.handle = new Uint8Array(key.handle);
    this.#live = { engine, engineKey, frameStart: encodeFrameStart(key.algorithm, this.handle) };
  }

  get disposed(): boolean {
    return this.#live === undefined;
  }

  dispose(): void {
    const live = this.#live;
    this.#live = undefined;
    live?.engineKey.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Throws `key_disposed`, and `TypeError` for a key that no `createCrypto` made. */
  static live(key: RecordKey): LiveKey {
    if (typeof key !== 'object' || key === null || !(#live in key)) {
      throw new TypeError('key must come from importKey of this package');
    }
    if (!key.#live) throw new CryptoError('key_disposed', 'the key was disposed; get it anew from its key ring');
    return key.#live;
  }
}
