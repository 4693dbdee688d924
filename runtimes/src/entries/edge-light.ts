// Vercel's edge runtime: what its bundler puts beside the program is global there.
import { moduleSources } from 'crypto-core-inside/engines/module-sources';
import { runAll } from '../suite/all.ts';
import type { Vectors } from '../vectors.ts';

const { aeadModule, vectors } = globalThis as unknown as { aeadModule: object; vectors: string };
const module = () => aeadModule;
const given = { auto: 'wasm', engines: ['wasm', 'noble'], sources: () => moduleSources(module), module } as const;
const outcome: Promise<object> = runAll({ ...given, vectors: JSON.parse(vectors) as Vectors });
Object.assign(globalThis, { outcome: outcome.then((value) => JSON.stringify(value)) });
