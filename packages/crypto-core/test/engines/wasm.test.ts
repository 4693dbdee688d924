import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWasmEngine } from '../../src/engines/wasm.ts';
import { compileInline } from '../../src/engines/wasm-inline.ts';
import { runtime } from '../../src/runtime.ts';
import { engineSuite } from '../engine-suite.ts';

engineSuite('wasm', () => createWasmEngine(compileInline()));

const plain = readFileSync(join(import.meta.dirname, '..', '..', 'wasm', 'ciphers-plain.wasm'));
engineSuite('wasm without relaxed SIMD', () => createWasmEngine(new runtime.WebAssembly!.Module(plain)));
