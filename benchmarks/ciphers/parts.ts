// What a call consists of, each part by itself, for what the report says about a promise that is not kept: the way into the
// module and back, the module's own work, copies in and out, a block of SHA-512.
import type { AeadName } from '@hammerwork/crypto-core';
import { compileInline } from '../../packages/crypto-core/src/engines/wasm-inline.ts';
import { instantiate, type WasmInstance } from '../../packages/crypto-core/src/engines/wasm-instance.ts';
import { createCopyOut } from '../../packages/crypto-core/src/engines/wasm-output.ts';
import { interleave } from '../harness/interleave.ts';
import { batchSize } from './batches.ts';
import { sampleBytes } from './rival.ts';
import type { Size } from './size.ts';

/** Medians in microseconds, by name as `partName` gives it. */
export type Parts = Readonly<Record<string, number>>;

const kinds: readonly AeadName[] = ['aes-256-gcm', 'chacha20-poly1305', 'xchacha20-poly1305'];
const [aadBytes, tagBytes, digestPadding, blockBytes, hashedBlocks] = [32, 16, 17, 128, 8];
/** Of a frame as the benchmark's records have it: header, salt, context. */
const frameBytes = 123;

export function partName(part: 'module' | 'copies' | 'batch' | 'record', bytes: number, aead?: AeadName): string {
  return `${part} ${bytes} ${aead ?? ''}`;
}

export async function measureParts(size: Size): Promise<Parts> {
  const instance = instantiate(compileInline());
  const { exports } = instance;
  const contestants: Record<string, () => unknown> = { call: () => exports.capacity(0) };
  for (const bytes of size.bytes.filter((count) => count <= 16_384)) {
    contestants[partName('copies', bytes)] = copies(instance, bytes);
  }
  for (const [kind, aead] of kinds.entries()) addKey(contestants, instance, { kind, aead, size });
  exports.import_record_key(0);
  contestants['sha-512 block'] = () => exports.sha512(1, hashedBlocks * blockBytes - digestPadding, 0);
  const times = await interleave(contestants, size);
  const parts = Object.fromEntries(Object.entries(times).map(([name, { median }]) => [name, median]));
  for (const name of Object.keys(parts)) if (name.startsWith('batch')) parts[name]! /= batchSize;
  parts['sha-512 block']! /= hashedBlocks;
  return parts;
}

interface Added {
  readonly kind: number;
  readonly aead: AeadName;
  readonly size: Size;
}

function addKey(
  contestants: Record<string, () => unknown>,
  { exports, bytes: memory, io, jobs }: WasmInstance,
  { kind, aead, size }: Added,
): void {
  memory.set(sampleBytes(32, 1), io);
  exports.import_aead_key(kind, kind);
  for (const bytes of size.bytes.filter((count) => count <= 16_384)) {
    contestants[partName('module', bytes, aead)] = () => exports.seal_aead(kind, kind, aadBytes, bytes);
    if (kind === 2) continue;
    contestants[partName('record', bytes, aead)] = () => exports.seal_record(0, kind, frameBytes, bytes);
    if (bytes > 1_024) continue;
    contestants[partName('batch', bytes, aead)] = () => {
      for (let i = 0; i < batchSize; i++) jobs[2 * i + 1] = bytes;
      exports.seal_aeads(kind, kind, aadBytes, batchSize);
    };
  }
}

function copies({ bytes: memory, io }: WasmInstance, bytes: number): () => Uint8Array {
  const copyOut = createCopyOut(memory);
  const [nonce, associatedData, plaintext] = [sampleBytes(12, 2), sampleBytes(aadBytes, 3), sampleBytes(bytes, 4)];
  return () => {
    for (let i = 0; i < nonce.length; i++) memory[io + i] = nonce[i]!;
    memory.set(associatedData, io + 32);
    memory.set(plaintext, io + 32 + aadBytes);
    return copyOut(io + 32 + aadBytes, bytes + tagBytes);
  };
}
