// Puts together what `Crypto` promises: an engine, a pool of random bytes, keys and records. Each entry of the package
// calls this with the engines that it can bring.
import { HeldAeadKey } from './aead-key.ts';
import { createAsyncSealer } from './async-record.ts';
import { checkBytes } from './checked-bytes.ts';
import { createContextGatherer } from './context.ts';
import type { Crypto } from './crypto.ts';
import type { CryptoOptions } from './crypto-options.ts';
import { nonceBytes } from './engines/engine.ts';
import { type EngineSources, selectEngine } from './engines/select-engine.ts';
import { CryptoError } from './errors.ts';
import { checkHandle, deriveKeyHandleWith } from './key-handle.ts';
import { createRandomPool } from './random-pool.ts';
import { createBatchSealer } from './record-batch.ts';
import { HeldRecordKey } from './record-key.ts';
import { createRecordStreams } from './record-stream.ts';
import { createRecordSealer } from './sealed-record.ts';

const keyBytes = 32;

export function assembleCrypto(sources: EngineSources, options: CryptoOptions): Crypto {
  const engines = selectEngine(options.engine ?? 'auto', sources);
  const pool = createRandomPool(options.randomBytes);
  const sealing = { pool, gather: createContextGatherer() };

  return {
    engine: engines.main.name,
    randomBytes: pool.take,
    sha512(data) {
      return engines.main.sha512(checkBytes(data, 'data'));
    },
    importKey(given, { algorithm, handle: givenHandle }) {
      const key = checkKey(given);
      if (algorithm !== 'aes-256-gcm' && algorithm !== 'chacha20-poly1305') throw unknownAlgorithm(algorithm);
      const handle = givenHandle === undefined ? undefined : checkHandle(givenHandle);
      const engine = engines.forAead(algorithm);
      const engineKey = engine.importRecordKey(algorithm, key);
      return new HeldRecordKey(engine, engineKey, {
        algorithm,
        handle: handle ?? deriveKeyHandleWith(engine.sha512, key),
      });
    },
    aead(algorithm, given) {
      const key = checkKey(given);
      if (!Object.hasOwn(nonceBytes, algorithm)) throw unknownAlgorithm(algorithm);
      return new HeldAeadKey(engines.forAead(algorithm), algorithm, key);
    },
    ...createRecordSealer(sealing),
    ...createAsyncSealer(sealing, engines.webCrypto),
    ...createBatchSealer(sealing),
    ...createRecordStreams(sealing),
  };
}

function checkKey(given: Uint8Array): Uint8Array {
  const key = checkBytes(given, 'key');
  if (key.length === keyBytes) return key;
  const message = `a key has ${keyBytes} bytes, this one ${key.length}; make one with: openssl rand -base64 32`;
  throw new CryptoError('key_malformed', message);
}

function unknownAlgorithm(algorithm: unknown): TypeError {
  return new TypeError(`algorithm ${JSON.stringify(algorithm)} is not one of those known here`);
}
