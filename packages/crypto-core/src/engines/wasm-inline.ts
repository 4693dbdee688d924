// The module from its bytes in `wasm-module.generated.ts`, compiled at once: 60 KB take about a millisecond. Where the
// runtime lacks relaxed SIMD, each relaxed lookup (opcode FD 80 02) becomes the plain one (FD 0E, whose number is also
// written 8E 00), which gives the same for the indices that the kernels use and takes one instruction more on x86. So
// both builds cost the bytes of one. Relaxed lookups seal 16 and 64 bytes with AES-256-GCM in 147 and 251 ns, plain ones
// in 191 and 378; a kilobyte in 2.7 µs, not 3.2 (V8 13.6, Intel). The build checks that these bytes stand for nothing else.
import { decodeBase64 } from '../base64.ts';
import { runtime, type WasmModule } from '../runtime.ts';
import { moduleBase64 } from './wasm-module.generated.ts';

/** (module (func (drop (i8x16.relaxed_swizzle (i32x4.splat (i32.const 0)) (i32x4.splat (i32.const 0)))))) */
const relaxedProbe = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 0x0a, 0x10, 1, 0x0e, 0],
  ...[0x41, 0, 0xfd, 0x11, 0x41, 0, 0xfd, 0x11, 0xfd, 0x80, 2, 0x1a, 0x0b],
);

/**
 * Throws `ReferenceError` where the runtime has no WebAssembly and `WebAssembly.CompileError` where it has no SIMD or
 * must not compile from bytes (an embedder's or a content security policy).
 */
export function compileInline(): WasmModule {
  const api = runtime.WebAssembly;
  if (!api) throw new ReferenceError('WebAssembly is not defined');
  const bytes = moduleBytes();
  if (!api.validate(relaxedProbe)) withoutRelaxedSimd(bytes);
  return new api.Module(bytes);
}

interface BufferModule {
  readonly Buffer: { from(text: string, encoding: 'base64'): Uint8Array };
}

/**
 * By whatever the runtime has: decoding is what takes longest in a process's first record. Of 60 KB, cold, our own takes
 * 5 ms in Node 24, `atob` and a loop 1.4 ms, a Buffer 0.1 ms.
 */
function moduleBytes(): Uint8Array {
  const buffers = runtime.process?.getBuiltinModule?.('buffer') as BufferModule | undefined;
  const { Buffer: bufferClass } = buffers ?? {};
  if (bufferClass) return bufferClass.from(moduleBase64, 'base64');
  if (!runtime.atob) return decodeBase64(moduleBase64)!;
  const text = runtime.atob(moduleBase64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Rewrites the module in place. */
export function withoutRelaxedSimd(bytes: Uint8Array): void {
  for (let i = 0; i + 2 < bytes.length; i++) {
    if (bytes[i] !== 0xfd || bytes[i + 1] !== 0x80 || bytes[i + 2] !== 0x02) continue;
    bytes[i + 1] = 0x8e;
    bytes[i + 2] = 0x00;
  }
}
