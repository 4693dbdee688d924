// Where node:crypto becomes faster than the WebAssembly engine: the longest message, in bytes, that WebAssembly takes.
// Measured with sealing and opening around each figure in Node 24.21, Deno 2.9.6, Bun 1.4.5 and workerd 1.20261117 on an
// Intel Sapphire Rapids: an eighth below or above it both engines are within 15 %, and opening, which node:crypto does
// without a copy, comes sooner than sealing. Repeat it with `npm run bench -- ciphers --family=aeads --bytes=4096`, whose
// bar "auto vs the best single engine" fails where a figure no longer fits.
import type { EngineName } from '../crypto.ts';
import { runtime } from '../runtime.ts';
import type { Crossover } from './split.ts';

const always: number = Number.POSITIVE_INFINITY;

/** Calls of node:crypto cost 2 to 3 µs here, and 4 to 5 times as much where a record's key has to be derived. */
const inNode: Crossover = {
  record: { 'aes-256-gcm': 3_584, 'chacha20-poly1305': 14_336 },
  aead: { 'aes-256-gcm': 1_024, 'chacha20-poly1305': 4_608, 'xchacha20-poly1305': 9_216 },
  sha512: 1_024,
};
/** Deno's AES-GCM takes twice the time of this one at any length. */
const inDeno: Crossover = {
  record: { 'aes-256-gcm': always, 'chacha20-poly1305': 81_920 },
  aead: { 'aes-256-gcm': always, 'chacha20-poly1305': 6_144, 'xchacha20-poly1305': 15_360 },
  sha512: 4_096,
};
/** Bun's node:crypto is quick to call and has no ChaCha20-Poly1305. */
const inBun: Crossover = {
  record: { 'aes-256-gcm': 640, 'chacha20-poly1305': always },
  aead: { 'aes-256-gcm': 192, 'chacha20-poly1305': always, 'xchacha20-poly1305': always },
  sha512: 0,
};
/** workerd's node:crypto takes twice as long to call as Node's. On a busy machine; records as much later as in Node. */
const inWorkerd: Crossover = {
  record: { 'aes-256-gcm': 10_240, 'chacha20-poly1305': 40_960 },
  aead: { 'aes-256-gcm': 3_072, 'chacha20-poly1305': 14_336, 'xchacha20-poly1305': 32_768 },
  sha512: 1_024,
};

export function crossoverHere(): Crossover {
  if (runtime.Bun) return inBun;
  if (runtime.Deno) return inDeno;
  return isWorkerd() ? inWorkerd : inNode;
}

function isWorkerd(): boolean {
  return runtime.navigator?.userAgent === 'Cloudflare-Workers';
}

/**
 * The longest AES-256-GCM record, in bytes of plaintext, that the async calls leave to `engine`; WebCrypto takes longer
 * ones. It costs 15 to 40 µs to call and works on other threads. Measured once with `sealAsync` and `openAsync`, 1 KiB to
 * 1 MiB on a busy machine, and not by the benchmark. node:crypto of Node and Bun is faster at any length. WebAssembly and
 * WebCrypto are even in Deno between 32 and 48 KiB, in workerd 1.20261117 between 4 and 8 KiB (its own node:crypto comes
 * later than WebCrypto), in Chromium 150 between 8 and 24 KiB; other browsers were not measured.
 */
export function webCryptoAbove(engine: EngineName): number {
  if (runtime.Bun) return always;
  if (engine === 'noble') return 1_024;
  if (runtime.Deno) return 40_960;
  if (isWorkerd()) return 6_144;
  return runtime.process?.getBuiltinModule ? always : 24_576;
}
