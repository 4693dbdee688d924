// A page: what is given stands in its address, the outcome is posted to where the page came from.
import { inlineSources } from 'crypto-core-inside/engines/inline-sources';
import { compileInline } from 'crypto-core-inside/engines/wasm-inline';
import { runAll } from '../suite/all.ts';
import type { Vectors } from '../vectors.ts';

const { location } = globalThis as unknown as { location: { href: string } };
const wasm = new URL(location.href).searchParams.get('wasm') === 'yes';
const vectors = (await (await fetch('/vectors.json')).json()) as Vectors;
const engines = wasm ? (['wasm', 'noble'] as const) : (['noble'] as const);
const given = { auto: engines[0], engines, sources: inlineSources, ...(wasm && { module: compileInline }) };
await fetch('/outcome', { method: 'POST', body: JSON.stringify(await runAll({ ...given, vectors })) });
