// Plain AEADs: every contestant seals and opens the same message, 32 bytes of associated data beside it.
import { type Contestant, interleave } from '../harness/interleave.ts';
import { nodeCrypto } from './node-rivals.ts';
import { makeTask, noble, ours, webCrypto } from './portable-rivals.ts';
import { proveEqual, type RivalMaker } from './rival.ts';
import { type Row, type Runtime, toRows } from './rows.ts';
import type { Size } from './size.ts';
import { sodium } from './sodium-rival.ts';

const makers: Readonly<Record<string, RivalMaker>> = {
  'node:crypto KeyObject': nodeCrypto('KeyObject'),
  'node:crypto raw key': nodeCrypto('raw key'),
  WebCrypto: webCrypto,
  noble,
  libsodium: sodium,
  'ours, wasm': ours('wasm'),
  'ours, native': ours('native'),
  'ours, noble': ours('noble'),
  'ours, auto': ours('auto'),
};

export async function measureAeads(runtime: Runtime, size: Size): Promise<Row[]> {
  const rows: Row[] = [];
  for (const aead of size.aeads) {
    for (const bytes of size.bytes) {
      const task = makeTask(aead, bytes);
      const [seals, opens]: Record<string, Contestant>[] = [{}, {}];
      for (const [name, make] of Object.entries(makers)) {
        const rival = await make(task);
        if (!rival) continue;
        await proveEqual(`${name}, ${aead}, ${bytes} bytes`, rival, task);
        seals![name] = rival.seal;
        opens![name] = rival.open;
      }
      // in one run, so that opening can be held against sealing
      const both = { ...prefixed('seal', seals!), ...prefixed('open', opens!) };
      const times = await interleave(both, size);
      for (const direction of ['seal', 'open'] as const) {
        const own = Object.entries(times).filter(([name]) => name.startsWith(direction));
        const named = Object.fromEntries(own.map(([name, timing]) => [name.slice(direction.length + 1), timing]));
        rows.push(...toRows({ runtime, what: aead, direction, bytes }, named));
      }
    }
  }
  return rows;
}

function prefixed(prefix: string, contestants: Record<string, Contestant>): Record<string, Contestant> {
  return Object.fromEntries(Object.entries(contestants).map(([name, run]) => [`${prefix} ${name}`, run]));
}
