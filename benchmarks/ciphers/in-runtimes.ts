// The contestants in Node, in a process of their own, and in the other runtimes, from bundles of the sources.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '@hammerwork/runtimes/bundle';
import { findProgram } from '@hammerwork/runtimes/programs';
import { startWorker } from '@hammerwork/runtimes/workerd';
import { summary } from '../harness/interleave.ts';
import { type Row, type Runtime, toRows } from './rows.ts';
import { includes, type Size } from './size.ts';

const here = import.meta.dirname;

/** Rows of Deno, Bun and workerd; runtimes without a program for this machine are named in `missing`. */
export async function measureElsewhere(size: Size): Promise<{ rows: Row[]; missing: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'hammerwork-ciphers-'));
  const rows: Row[] = [];
  const missing: string[] = [];
  const measureIf = async (name: 'deno' | 'bun' | 'workerd', measure: (program: string) => Promise<Row[]>) => {
    const program = findProgram(name);
    if (program) rows.push(...(await measure(program)));
    else missing.push(name);
  };
  try {
    const file = join(folder, 'in-process.js');
    const conditions = ['@hammerwork/source'];
    await bundle({ entry: join(here, 'in-process.ts'), file, conditions, external: [/^node:/] });
    await measureIf('deno', (program) => inProcess([program, 'run', '--no-config', '-A', file], 'Deno', size));
    await measureIf('bun', (program) => inProcess([program, 'run', file], 'Bun', size));
    if (includes(size, 'aeads')) await measureIf('workerd', (program) => inWorkerd(program, folder, size));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { rows, missing };
}

/**
 * Has glibc keep what is freed. Otherwise it gives arrays of 1 MiB back to the system, for many calls in a row and then not:
 * 256 page faults a call, 770 us where 430 are due, for whichever contestant it hits. Bun has a malloc of its own.
 */
const keepingMemory = {
  MALLOC_MMAP_THRESHOLD_: '1073741824',
  MALLOC_TRIM_THRESHOLD_: '1073741824',
  MALLOC_TOP_PAD_: '268435456',
};

/** Rows of this Node, in a process of its own like the others. */
export function measureNode(size: Size): Promise<Row[]> {
  const program = [process.execPath, '--conditions=@hammerwork/source', join(here, 'in-process.ts')];
  return inProcess(program, 'Node', size);
}

async function inProcess([program, ...args]: readonly string[], runtime: Runtime, size: Size): Promise<Row[]> {
  const order = JSON.stringify({ runtime, size });
  const options = { maxBuffer: 2 ** 26, env: { ...process.env, ...keepingMemory } };
  const { stdout } = await promisify(execFile)(program!, [...args, order], options);
  return JSON.parse(stdout) as Row[];
}

/** As deployed there: the entry under the condition `workerd`, the module beside it. */
async function inWorkerd(program: string, folder: string, size: Size): Promise<Row[]> {
  await bundle({
    entry: join(here, 'worker.ts'),
    file: join(folder, 'main.js'),
    conditions: ['workerd'],
    external: [/^node:/],
    plugins: [
      { name: 'wasm', resolveId: (id) => (id.endsWith('.wasm') ? { id: './aead.wasm', external: true } : null) },
    ],
  });
  copyFileSync(join(here, '../../packages/crypto-core/wasm/ciphers.wasm'), join(folder, 'aead.wasm'));
  const modules = [
    ['main.js', 'esModule'],
    ['aead.wasm', 'wasm'],
  ] as const;
  const worker = await startWorker({ program, folder, modules });
  try {
    // the way through HTTP takes up to a millisecond, which must be little beside the calls
    return await measureWorker(worker.url, { ...size, rounds: Math.ceil(size.rounds / 3), sliceMs: 9 * size.sliceMs });
  } finally {
    await worker.stop();
  }
}

type Order = Readonly<Record<'aead' | 'contestant' | 'direction', string>> & { readonly bytes: number };

async function measureWorker(url: string, size: Size): Promise<Row[]> {
  const contestants = (await (await fetch(url)).json()) as string[];
  const rows: Row[] = [];
  for (const aead of size.aeads) {
    for (const bytes of size.bytes.filter((count) => count <= 65_536)) {
      for (const direction of ['seal', 'open'] as const) {
        const orders: Order[] = contestants.map((contestant) => ({ aead, bytes, direction, contestant }));
        const times = await measureOrders(url, orders, size);
        rows.push(...toRows({ runtime: 'workerd', what: aead, direction, bytes }, times));
      }
    }
  }
  return rows;
}

/** A call's time is that of a request with many calls, less that of the quickest without any, over the number of calls. */
async function measureOrders(url: string, orders: readonly Order[], { rounds, sliceMs }: Size) {
  const calls = new Map<Order, number>();
  const fulls = new Map<Order, number[]>();
  let empty = Number.POSITIVE_INFINITY;
  for (const order of orders) {
    if ((await send(url, order, 1)) === undefined) continue;
    let count = 1;
    do {
      empty = Math.min(empty, (await send(url, order, 0))!);
      count *= 2;
    } while ((await send(url, order, count))! - empty < sliceMs);
    calls.set(order, count);
    fulls.set(order, []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [order, count] of calls) {
      empty = Math.min(empty, (await send(url, order, 0))!);
      fulls.get(order)!.push((await send(url, order, count))!);
    }
  }
  const timings = [...fulls].map(([order, found]) => {
    const times = found.map((full) => ((full - empty) * 1000) / calls.get(order)!);
    return [order.contestant, summary(times)] as const;
  });
  return Object.fromEntries(timings);
}

/** Milliseconds; undefined where the contestant lacks the AEAD. */
async function send(url: string, order: Order, calls: number): Promise<number | undefined> {
  const started = performance.now();
  const response = await fetch(url, { method: 'POST', body: JSON.stringify({ ...order, calls }) });
  if (response.status === 404) return undefined;
  if (response.status !== 204) throw new Error(`${order.contestant} in workerd: ${await response.text()}`);
  return performance.now() - started;
}
