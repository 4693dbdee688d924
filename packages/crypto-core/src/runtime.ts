// The few things of the runtime that are used where they exist, in types of our own: this package is compiled without
// Node's and the DOM's.

export interface StreamController {
  enqueue(chunk: Uint8Array): void;
}

export interface Transformer {
  start?(controller: StreamController): void;
  transform(chunk: Uint8Array, controller: StreamController): void;
  flush(controller: StreamController): void;
  cancel?(): void;
}

/** A compiled `WebAssembly.Module`. */
export type WasmModule = object;

interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule) => { readonly exports: object };
  readonly CompileError: new () => Error;
}

interface AesGcm {
  readonly name: 'AES-GCM';
  readonly iv: Uint8Array;
  readonly tagLength: 128;
}

type Usage = 'encrypt' | 'decrypt';

/** What is used of WebCrypto (W3C Web Cryptography Level 2). */
export interface Subtle {
  importKey(format: 'raw', key: Uint8Array, name: 'AES-GCM', extractable: false, usages: Usage[]): Promise<object>;
  encrypt(algorithm: AesGcm, key: object, data: Uint8Array): Promise<ArrayBuffer>;
  decrypt(algorithm: AesGcm, key: object, data: Uint8Array): Promise<ArrayBuffer>;
}

interface Runtime {
  readonly WebAssembly?: WebAssemblyApi;
  readonly navigator?: { readonly userAgent?: string };
  readonly Bun?: object;
  readonly Deno?: object;
  /** `subtle` is missing in pages that did not come over HTTPS. */
  readonly crypto?: { getRandomValues(array: Uint8Array): Uint8Array; readonly subtle?: Subtle };
  /** Web Streams; only made here, never read or written. */
  readonly TransformStream?: new (
    transformer: Transformer,
  ) => object;
  readonly atob?: (text: string) => string;
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

export const runtime: Runtime = globalThis as Runtime;

/**
 * True in JavaScriptCore (Bun, Safari), whose compiler for WebAssembly spills vectors to memory where a loop holds more
 * than a few: code that is 2 to 3 times faster in V8 is slower there.
 */
export function isJavaScriptCore(): boolean {
  if (runtime.Bun) return true;
  const agent = runtime.navigator?.userAgent ?? '';
  return agent.includes('AppleWebKit') && !agent.includes('Chrome');
}
