// workerd: clocks stand still while a request is worked on, so each request does as many calls as it is told, and whoever
// sends it looks at the time.
import type { AeadName } from '@hammerwork/crypto-core';
import type { Contestant } from '../harness/interleave.ts';
import { nodeCrypto } from './node-rivals.ts';
import { makeTask, noble, ours, webCrypto } from './portable-rivals.ts';
import { proveEqual, type RivalMaker } from './rival.ts';

const makers: Readonly<Record<string, RivalMaker>> = {
  'node:crypto KeyObject': nodeCrypto('KeyObject'),
  WebCrypto: webCrypto,
  noble,
  'ours, wasm': ours('wasm'),
  'ours, native': ours('native'),
  'ours, noble': ours('noble'),
  'ours, auto': ours('auto'),
};

interface Order {
  readonly aead: AeadName;
  readonly bytes: number;
  readonly contestant: string;
  readonly direction: 'seal' | 'open';
  readonly calls: number;
}

/** Contestants by aead, bytes and name, each proved once. */
const ready = new Map<string, { seal: Contestant; open: Contestant } | undefined>();

// biome-ignore lint/style/noDefaultExport: what workerd calls
export default {
  /** Without a body the names of the contestants; else 204, or 404 where the contestant lacks the AEAD. */
  async fetch(request: Request): Promise<Response> {
    if (request.method !== 'POST') return Response.json(Object.keys(makers));
    try {
      return await obey((await request.json()) as Order);
    } catch (error) {
      return new Response((error as Error).stack, { status: 500 });
    }
  },
};

async function obey(order: Order): Promise<Response> {
  const rival = await prepare(order);
  if (!rival) return new Response(null, { status: 404 });
  const run = rival[order.direction];
  if (typeof run === 'function') for (let i = 0; i < order.calls; i++) run();
  else for (let i = 0; i < order.calls; i++) await run.awaited();
  return new Response(null, { status: 204 });
}

async function prepare({
  aead,
  bytes,
  contestant,
}: Order): Promise<{ seal: Contestant; open: Contestant } | undefined> {
  const name = `${aead} ${bytes} ${contestant}`;
  if (!ready.has(name)) {
    const task = makeTask(aead, bytes);
    const rival = await makers[contestant]!(task);
    if (rival) await proveEqual(name, rival, task);
    ready.set(name, rival);
  }
  return ready.get(name);
}
