// The WebAssembly engine: one call derives, commits and encrypts a record. Keys live in the instance's memory, which is
// 4 MiB and never grows: 2,048 record keys and 447 keys of plain AEADs and streams.
import type { AeadName } from '../crypto.ts';
import type { WasmModule } from '../runtime.ts';
import { type CipherEngine, headBytes, maxContextBytes, nonceBytes } from './engine.ts';
import { WasmAeadKey } from './wasm-aead-key.ts';
import { instantiate, type WasmInstance } from './wasm-instance.ts';
import { createCopyOut } from './wasm-output.ts';
import { WasmRecordKey } from './wasm-record-key.ts';

/** Bytes of a digest's input that are given at once; a multiple of SHA-512's block. */
const hashPieceBytes = 65_536;
const digestBytes = 64;

/** Numbers of the AEADs at the module's border. */
const kinds: Record<AeadName, number> = { 'aes-256-gcm': 0, 'chacha20-poly1305': 1, 'xchacha20-poly1305': 2 };

/** `module` is compiled from `wasm/`: inline (`wasm-inline.ts`), or imported by the runtime. */
export function createWasmEngine(module: WasmModule): CipherEngine {
  const instance = instantiate(module);
  const { bytes, frameStart } = instance;
  const copyOut = createCopyOut(bytes);
  return {
    name: 'wasm',
    frames: bytes.subarray(frameStart, frameStart + headBytes + maxContextBytes),
    supports: (aead) => aead in kinds,
    sha512: (data) => {
      hash(instance, data);
      return copyOut(instance.io, digestBytes);
    },
    importRecordKey: (algorithm, key) => new WasmRecordKey(instance, { kind: kinds[algorithm], key, copyOut }),
    importAeadKey: (aead, key) =>
      new WasmAeadKey(instance, { kind: kinds[aead], key, copyOut, nonceBytes: nonceBytes[aead] }),
  };
}

/** Leaves the digest where output is. */
function hash({ exports, bytes, io }: WasmInstance, data: Uint8Array): void {
  let start = 0;
  for (; data.length - start > hashPieceBytes; start += hashPieceBytes) {
    bytes.set(data.subarray(start, start + hashPieceBytes), io);
    exports.sha512(start === 0 ? 1 : 0, hashPieceBytes, -1);
  }
  bytes.set(start === 0 ? data : data.subarray(start), io);
  exports.sha512(start === 0 ? 1 : 0, data.length - start, data.length);
}
