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

interface Runtime {
  readonly crypto?: { getRandomValues(array: Uint8Array): Uint8Array };
  /** Web Streams; only made here, never read or written. */
  readonly TransformStream?: new (
    transformer: Transformer,
  ) => object;
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

export const runtime: Runtime = globalThis as Runtime;
