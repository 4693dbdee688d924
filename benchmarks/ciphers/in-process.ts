// Node, Deno and Bun: measures in this process and prints the rows as JSON.
import type { Runtime } from './rows.ts';
import { measureHere } from './runtime.ts';
import type { Size } from './size.ts';

const { runtime, size } = JSON.parse(process.argv[2]!) as { runtime: Runtime; size: Size };
console.log(JSON.stringify(await measureHere(runtime, size)));
