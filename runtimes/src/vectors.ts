// Test vectors as the suites take them: JSON that any runtime can read, with what was compressed inflated.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import type { AeadName } from '@hammerwork/crypto-core';
import { readVectors } from '@hammerwork/test-kit/vectors';
import type { SealVector } from '../../packages/crypto-core/test/vectors/seal-v1.ts';

/** Hex, as all bytes here. */
export interface AeadVector extends Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag' | 'result', string> {
  readonly tcId: number;
  /** Bits. */
  readonly keySize: number;
  readonly ivSize: number;
}

export interface ChunkedVector extends Record<'key' | 'ctx' | 'ciphertext' | 'result', string> {
  // `ciphertext` is base64: some have a megabyte
  readonly tcId: number;
  readonly flags: readonly string[];
  readonly msgLength?: number;
  readonly msgSha512?: string;
}

type HkdfVector = Record<'ikm' | 'salt' | 'info' | 'okm' | 'result', string> & { readonly size: number };
type HmacVector = Record<'key' | 'msg' | 'tag' | 'result', string>;

export interface Vectors {
  /** The official ones are left out where the machine has none; in CI that is an error. */
  readonly aead: Readonly<Record<AeadName, readonly AeadVector[]>> | undefined;
  readonly chunked: readonly ChunkedVector[] | undefined;
  readonly hkdf: readonly HkdfVector[] | undefined;
  readonly hmac: readonly HmacVector[] | undefined;
  readonly own: readonly SealVector[];
}

type Group<T> = { tests: T[] } & Record<string, unknown>;

export function loadVectors(): Vectors {
  const aes = flat<AeadVector>('aes_gcm_test.json');
  const chacha = flat<AeadVector>('chacha20_poly1305_test.json');
  const xchacha = flat<AeadVector>('xchacha20_poly1305_test.json');
  const own = join(import.meta.dirname, '../../packages/crypto-core/test/vectors/seal-v1.json');
  return {
    aead: aes &&
      chacha &&
      xchacha && { 'aes-256-gcm': aes, 'chacha20-poly1305': chacha, 'xchacha20-poly1305': xchacha },
    chunked: flat<ChunkedVector & { ct: string }>('c2sp_chunked_encryption_aes_256_gcm_test.json')?.map(
      ({ ct, ...vector }) => ({
        ...vector,
        ciphertext: inflateSync(Buffer.from(ct, 'hex')).toString('base64'),
      }),
    ),
    hkdf: flat<HkdfVector>('hkdf_sha512_test.json'),
    hmac: flat<HmacVector>('hmac_sha512_test.json'),
    own: (JSON.parse(readFileSync(own, 'utf8')) as { vectors: SealVector[] }).vectors,
  };
}

/** All tests of a file, what their group says of them included. */
function flat<T>(name: string): T[] | undefined {
  return readVectors<Group<T>>(name)?.testGroups.flatMap(({ tests, ...group }) =>
    tests.map((vector) => ({ ...group, ...vector })),
  );
}
