import type { WasmModule } from '../runtime.ts';
import { crossoverHere } from './crossover.ts';
import type { EngineSources } from './select-engine.ts';
import { createWasmEngine } from './wasm.ts';

/** WebAssembly from a module that somebody else compiled: the deployment, or the caller. */
export function moduleSources(module: () => WasmModule): EngineSources {
  return { wasm: { create: () => createWasmEngine(module()), crossover: crossoverHere() } };
}
