// The second half of `tools/build-wasm.sh`: from the built module makes what is committed (or, with --check, compares):
//
//   packages/crypto-core/wasm/ciphers.wasm          as built, with relaxed SIMD
//   packages/crypto-core/wasm/ciphers-plain.wasm    the same with plain lookups, for runtimes without it
//   packages/crypto-core/src/engines/wasm-module.generated.ts   the first as base64
//
// One build serves both, because a relaxed lookup (FD 80 02) turns into the plain one by its two last bytes. That is safe
// only if these three bytes stand nowhere else in the file, which is proved here.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutRelaxedSimd } from '../packages/crypto-core/src/engines/wasm-inline.ts';
import { relaxedSwizzles } from './wasm-code.ts';

const folder = join(import.meta.dirname, '..', 'packages', 'crypto-core');
const maxBytes = 64 * 1024;

function outputs(relaxed: Uint8Array): Map<string, Uint8Array> {
  if (relaxed.length > maxBytes)
    throw new Error(`the module has ${relaxed.length} bytes; at most ${maxBytes} are agreed`);
  const known = relaxedSwizzles(relaxed);
  const found: number[] = [];
  for (let i = 0; i < relaxed.length; i++) {
    if (relaxed[i] === 0xfd && relaxed[i + 1] === 0x80 && relaxed[i + 2] === 0x02) found.push(i);
  }
  if (found.join() !== known.join())
    throw new Error('the bytes FD 80 02 stand for something else than a relaxed lookup');
  const plain = relaxed.slice();
  withoutRelaxedSimd(plain);
  const text = `// Made from wasm/ by tools/build-wasm.sh. Do not edit.
export const moduleBase64: string =
  '${Buffer.from(relaxed).toString('base64')}';
`;
  return new Map([
    ['wasm/ciphers.wasm', relaxed],
    ['wasm/ciphers-plain.wasm', plain],
    ['src/engines/wasm-module.generated.ts', Buffer.from(text)],
  ]);
}

const [file, mode] = process.argv.slice(2);
const stale: string[] = [];
for (const [name, bytes] of outputs(new Uint8Array(readFileSync(file!)))) {
  const path = join(folder, name);
  const same = existsSync(path) && Buffer.compare(readFileSync(path), bytes) === 0;
  if (mode === '--check') {
    if (!same) stale.push(name);
  } else if (!same) writeFileSync(path, bytes);
}
if (stale.length > 0) {
  console.error(`not what the source builds to: ${stale.join(', ')}; run tools/build-wasm.sh and commit the result`);
  process.exitCode = 1;
}
