import { createWasmEngine } from '../../src/engines/wasm.ts';
import { compileInline } from '../../src/engines/wasm-inline.ts';
import { engineSuite } from '../engine-suite.ts';

engineSuite('wasm', () => createWasmEngine(compileInline()));
