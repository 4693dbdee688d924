import { crossoverHere } from './crossover.ts';
import type { EngineSources } from './select-engine.ts';
import { createWasmEngine } from './wasm.ts';
import { compileInline } from './wasm-inline.ts';

/** WebAssembly from the bytes inside this package, compiled for each engine. */
export function inlineSources(): EngineSources {
  return { wasm: { create: () => createWasmEngine(compileInline()), crossover: crossoverHere() } };
}
