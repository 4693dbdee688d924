// Where node:crypto becomes faster than the WebAssembly engine, as measured by `benchmarks/ciphers` in Node 24, Deno 2
// and Bun 1. All figures are the longest message, in bytes, that WebAssembly takes.
import { runtime } from '../runtime.ts';
import type { Crossover } from './split.ts';

const always: number = Number.POSITIVE_INFINITY;

const inNode: Crossover = {
  record: { 'aes-256-gcm': 16_384, 'chacha20-poly1305': 65_536 },
  aead: { 'aes-256-gcm': 1_024, 'chacha20-poly1305': 4_096, 'xchacha20-poly1305': 16_384 },
  sha512: 4_096,
};
const inDeno: Crossover = {
  record: { 'aes-256-gcm': always, 'chacha20-poly1305': always },
  aead: { 'aes-256-gcm': always, 'chacha20-poly1305': 8_192, 'xchacha20-poly1305': 16_384 },
  sha512: 4_096,
};
/** Bun's node:crypto is quick to call and has no ChaCha20-Poly1305. */
const inBun: Crossover = {
  record: { 'aes-256-gcm': 2_048, 'chacha20-poly1305': always },
  aead: { 'aes-256-gcm': 64, 'chacha20-poly1305': always, 'xchacha20-poly1305': always },
  sha512: 1_024,
};

export function crossoverHere(): Crossover {
  if (runtime.Bun) return inBun;
  return runtime.Deno ? inDeno : inNode;
}
