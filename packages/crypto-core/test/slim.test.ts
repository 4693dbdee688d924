// The entry without WebAssembly: the module comes from the caller, or it does without.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCrypto as createInline } from '../src/create-crypto.ts';
import { runtime } from '../src/runtime.ts';
import { createCrypto, type WasmModule } from '../src/slim.ts';

const compile = (name: string): WasmModule =>
  new runtime.WebAssembly!.Module(readFileSync(join(import.meta.dirname, '../wasm', name)));

test.each(['ciphers.wasm', 'ciphers-plain.wasm'])('takes %s and gives the same bytes as the inline module', (name) => {
  const module = compile(name);
  const slim = createCrypto(() => module);
  expect(slim.engine).toBe('wasm');
  const inline = createInline({ engine: 'wasm' });
  const context = { surface: 'payload' };
  const key = new Uint8Array(32).fill(7);
  using sealing = slim.importKey(key, { algorithm: 'aes-256-gcm' });
  using opening = inline.importKey(key, { algorithm: 'aes-256-gcm' });
  const record = slim.seal(sealing, key, context);
  expect(inline.open(opening, record, context).plaintext).toEqual(key);
});

test('does without a module', () => {
  expect(createCrypto().engine).toBe('native');
  expect(createCrypto(undefined, { engine: 'noble' }).engine).toBe('noble');
  expect(() => createCrypto(undefined, { engine: 'wasm' })).toThrow(
    expect.objectContaining({ code: 'engine_unavailable' }),
  );
});

test('falls back where the module may not be compiled, and shows any other fault', () => {
  const forbidden = Object.assign(new Error('not here'), { name: 'CompileError' });
  const throwing = (error: Error) => () => {
    throw error;
  };
  expect(createCrypto(throwing(forbidden)).engine).toBe('native');
  expect(createCrypto(throwing(new ReferenceError('WebAssembly is not defined'))).engine).toBe('native');
  expect(() => createCrypto(throwing(new Error('no such file')))).toThrow('no such file');
  expect(() => createCrypto(compile('ciphers.wasm') as never)).toThrow(TypeError);
});
