// What the WebAssembly engine costs besides time a message: the module's size, the first record of a process, memory.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createCrypto } from '@hammerwork/crypto-core';
import { compileInline } from '../../packages/crypto-core/src/engines/wasm-inline.ts';
import { instantiate } from '../../packages/crypto-core/src/engines/wasm-instance.ts';
import { summary, type Timing } from '../harness/interleave.ts';

export interface Footprint {
  /**
   * Milliseconds to compile, instantiate, import a key and seal, in a fresh process each time: one that has loaded
   * nothing, and one that has loaded node:crypto, and what that took it.
   */
  readonly coldStart: Readonly<Record<'bare' | 'loaded' | 'loading', Timing>>;
  /** Bytes by file. */
  readonly modules: Readonly<Record<string, { raw: number; gzip: number }>>;
  readonly memory: { readonly bytes: number; readonly recordKeys: number; readonly aeadKeys: number };
}

interface Start {
  readonly loaded: number;
  readonly sealed: number;
}

const wasm = join(import.meta.dirname, '../../packages/crypto-core/wasm');

export function measureFootprint(starts: number): Footprint {
  const script = join(import.meta.dirname, 'cold-start.ts');
  const start = (...args: string[]) => {
    const command = ['--conditions=@hammerwork/source', script, ...args];
    return JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8' })) as Start;
  };
  // in turn, as everywhere
  const times = Array.from({ length: starts }, () => ({ bare: start(), loaded: start('--loaded') }));
  return {
    coldStart: {
      bare: summary(times.map(({ bare }) => bare.sealed)),
      loaded: summary(times.map(({ loaded }) => loaded.sealed)),
      loading: summary(times.map(({ loaded }) => loaded.loaded)),
    },
    modules: { ...sizeOf('ciphers.wasm'), ...sizeOf('ciphers-plain.wasm') },
    memory: measureMemory(),
  };
}

function sizeOf(name: string): Footprint['modules'] {
  const bytes = readFileSync(join(wasm, name));
  return { [name]: { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length } };
}

/** All keys that one instance takes, each kind beside the full house of the other, and memory that cannot grow. */
function measureMemory(): Footprint['memory'] {
  const { exports, bytes } = instantiate(compileInline());
  assert.throws(() => (exports.memory as unknown as { grow(pages: number): void }).grow(1), RangeError);
  const crypto = createCrypto({ engine: 'wasm' });
  const key = new Uint8Array(32).fill(7);
  return {
    bytes: bytes.length,
    recordKeys: untilFull(() => crypto.importKey(key, { algorithm: 'aes-256-gcm' })),
    aeadKeys: untilFull(() => crypto.aead('aes-256-gcm', key)),
  };
}

function untilFull(take: () => unknown): number {
  for (let count = 0; ; count++) {
    try {
      take();
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'engine_full');
      return count;
    }
  }
}
