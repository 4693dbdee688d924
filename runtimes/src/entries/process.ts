// Node, Deno and Bun: reads what is given from the command line, and prints the outcome as JSON.
import { readFileSync } from 'node:fs';
import { inlineSources } from 'crypto-core-inside/engines/inline-sources';
import { compileInline } from 'crypto-core-inside/engines/wasm-inline';
import { runAll } from '../suite/all.ts';
import type { Task } from '../suite/given.ts';

const { module, ...rest } = JSON.parse(process.argv[2]!);
const vectors = JSON.parse(readFileSync('vectors.json', 'utf8'));
const given: Task = { ...rest, vectors, sources: inlineSources, ...(module && { module: compileInline }) };
console.log(JSON.stringify(await runAll(given)));
