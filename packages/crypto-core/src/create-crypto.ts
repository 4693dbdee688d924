// Puts together what `Crypto` promises: an engine, a pool of random bytes, keys and records.
import { checkBytes } from './checked-bytes.ts';
import type { Algorithm, Crypto, EngineName, RandomBytes, RecordKey } from './crypto.ts';
import { selectEngine } from './engines/select-engine.ts';
import { CryptoError } from './errors.ts';
import { checkHandle, deriveKeyHandle } from './key-handle.ts';
import { createRandomPool } from './random-pool.ts';
import { HeldRecordKey } from './record-key.ts';
import { createRecordSealer } from './sealed-record.ts';

export const keyBytes = 32;

export interface CryptoOptions {
  /** `auto` (default) takes the fastest that the runtime has; a named engine that is not there is `engine_unavailable`. */
  engine?: EngineName | 'auto';
  /**
   * Source of random bytes, `crypto.getRandomValues` by default; asked for 4 KiB at a time. A process image that is
   * restored more than once must make a new `Crypto`, or the copies hand out the same bytes.
   */
  randomBytes?: RandomBytes;
}

/** Makes the sealing functions. Instances are independent; one per process is enough. */
export function createCrypto(options: CryptoOptions = {}): Crypto {
  const engines = selectEngine(options.engine ?? 'auto');
  const pool = createRandomPool(options.randomBytes);
  const { seal, open } = createRecordSealer(pool);

  function importKey(key: Uint8Array, { algorithm, handle }: { algorithm: Algorithm; handle?: Uint8Array }): RecordKey {
    checkBytes(key, 'key');
    if (key.length !== keyBytes) {
      throw new CryptoError(
        'key_malformed',
        `a key has ${keyBytes} bytes, this one ${key.length}: openssl rand -base64 32`,
      );
    }
    if (algorithm !== 'aes-256-gcm' && algorithm !== 'chacha20-poly1305') {
      throw new TypeError(`algorithm must be 'aes-256-gcm' or 'chacha20-poly1305', got ${String(algorithm)}`);
    }
    if (handle !== undefined) checkHandle(handle);
    const engine = engines.forAead(algorithm);
    const engineKey = engine.importRecordKey(algorithm, key);
    return new HeldRecordKey(engine, engineKey, { algorithm, handle: handle ?? deriveKeyHandle(key) });
  }

  return {
    engine: engines.main.name,
    randomBytes: pool.take,
    sha512(data) {
      checkBytes(data, 'data');
      return engines.main.sha512(data);
    },
    importKey,
    seal,
    open,
  };
}
