// Plain AEADs: every contestant seals and opens the same message, 32 bytes of associated data beside it.
import { type BothDirections, measureBoth } from './both-directions.ts';
import { nodeCrypto } from './node-rivals.ts';
import { makeTask, noble, ours, webCrypto } from './portable-rivals.ts';
import { proveEqual, type RivalMaker } from './rival.ts';
import type { Row, Runtime } from './rows.ts';
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
      const contestants: BothDirections = { seal: {}, open: {} };
      for (const [name, make] of Object.entries(makers)) {
        const rival = await make(task);
        if (!rival) continue;
        await proveEqual(`${name}, ${aead}, ${bytes} bytes`, rival, task);
        contestants.seal[name] = rival.seal;
        contestants.open[name] = rival.open;
      }
      rows.push(...(await measureBoth({ runtime, what: aead, bytes }, contestants, size)));
    }
  }
  return rows;
}
