// A master key out of a passphrase, by Argon2id (RFC 9106). Salt and parameters travel with every wrapped key, so a
// store keeps opening when the defaults change; new keys take over the salt that the store was made with.
//
//   0x01 ‖ u32 memory KiB ‖ u8 iterations ‖ u8 parallelism ‖ salt(16) ‖ sealed record
import { type Crypto, createCrypto, type RecordKey } from '@hammerwork/crypto-core';
import type { KmsProvider } from '@hammerwork/key-manager';
import { argon2id } from 'hash-wasm';
import { KmsError } from './errors.ts';
import { importMasterKey, unwrapUnder, wrapUnder } from './local.ts';

const formatVersion = 1;
const saltBytes = 16;
const headerBytes = 7 + saltBytes;
const minPassphraseBytes = 12;
/** Salts that a process derives keys for. A store has one; more come only from keys imported from other stores. */
const maxDerivations = 16;

export interface Argon2Parameters {
  /** 19,456 to 1,048,576. Default 65,536 (64 MiB). */
  memoryKiB: number;
  /** 1 to 16. Default 3. */
  iterations: number;
  /** 1 to 16. Default 4. */
  parallelism: number;
}

export interface PassphraseProviderOptions extends Partial<Argon2Parameters> {
  /** At least 12 bytes of UTF-8. Taken over and wiped by `close`. */
  passphrase: Uint8Array;
  /** Where it came from, for `health`. */
  source?: string;
  crypto?: Crypto;
}

/** Errors: `master_key_malformed` (a short passphrase); `RangeError` for parameters out of range. */
export function createPassphraseProvider(options: PassphraseProviderOptions): KmsProvider {
  const { passphrase, source = 'passphrase:', crypto = createCrypto() } = options;
  const defaults = { memoryKiB: 65_536, iterations: 3, parallelism: 4 };
  const { memoryKiB = defaults.memoryKiB, iterations = defaults.iterations } = options;
  const parameters = { memoryKiB, iterations, parallelism: options.parallelism ?? defaults.parallelism };
  if (!inRange(parameters)) throw new RangeError('Argon2id parameters: memoryKiB 19456 to 1048576, the others 1 to 16');
  if (passphrase.length < minPassphraseBytes) {
    throw new KmsError(
      'master_key_malformed',
      `The passphrase from ${source} is shorter than ${minPassphraseBytes} bytes.`,
    );
  }
  const derived = new Map<string, Promise<RecordKey>>();
  let headerInUse: Uint8Array | undefined;

  function keyFor(header: Uint8Array): Promise<RecordKey> {
    const name = Buffer.from(header).toString('hex');
    const known = derived.get(name);
    if (known) return known;
    if (derived.size >= maxDerivations) {
      return Promise.reject(new KmsError('wrap_broken', 'The stored keys name more salts than a key store can have.'));
    }
    const deriving = deriveKey(header, passphrase).then((key) => importMasterKey(crypto, key));
    derived.set(name, deriving);
    deriving.catch(() => derived.delete(name));
    return deriving;
  }

  return {
    id: 'passphrase',
    async wrap(dataKey, context) {
      headerInUse ??= encodeHeader(parameters, crypto.randomBytes(saltBytes));
      const header = headerInUse;
      const record = wrapUnder(crypto, await keyFor(header), { dataKey, context });
      return Uint8Array.from([...header, ...record]);
    },
    async unwrap(wrapped, context) {
      const header = wrapped.slice(0, headerBytes);
      checkHeader(header);
      const key = await keyFor(header);
      const dataKey = unwrapUnder(crypto, key, { wrapped: wrapped.subarray(headerBytes), context });
      headerInUse ??= header;
      return dataKey;
    },
    health: async () => ({ ok: passphrase.some((byte) => byte !== 0), detail: `passphrase from ${source}, Argon2id` }),
    async close() {
      passphrase.fill(0);
      const keys = await Promise.allSettled(derived.values());
      for (const key of keys) if (key.status === 'fulfilled') key.value.dispose();
    },
  };
}

function encodeHeader({ memoryKiB, iterations, parallelism }: Argon2Parameters, salt: Uint8Array): Uint8Array {
  const header = new Uint8Array(headerBytes);
  const view = new DataView(header.buffer);
  view.setUint8(0, formatVersion);
  view.setUint32(1, memoryKiB);
  view.setUint8(5, iterations);
  view.setUint8(6, parallelism);
  header.set(salt, 7);
  return header;
}

function decodeHeader(header: Uint8Array): Argon2Parameters & { salt: Uint8Array } {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  return {
    memoryKiB: view.getUint32(1),
    iterations: view.getUint8(5),
    parallelism: view.getUint8(6),
    salt: header.subarray(7),
  };
}

/** The table is not trusted with how much memory and time this process spends. */
function checkHeader(header: Uint8Array): void {
  if (header.length === headerBytes && header[0] === formatVersion && inRange(decodeHeader(header))) return;
  throw new KmsError('wrap_broken', 'A wrapped key does not begin with the salt and parameters of a passphrase.');
}

function inRange({ memoryKiB, iterations, parallelism }: Argon2Parameters): boolean {
  const within = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  return within(memoryKiB, 19_456, 1_048_576) && within(iterations, 1, 16) && within(parallelism, 1, 16);
}

async function deriveKey(header: Uint8Array, passphrase: Uint8Array): Promise<Uint8Array> {
  const { memoryKiB, iterations, parallelism, salt } = decodeHeader(header);
  return argon2id({
    password: passphrase,
    salt,
    parallelism,
    iterations,
    memorySize: memoryKiB,
    hashLength: 32,
    outputType: 'binary',
  });
}
