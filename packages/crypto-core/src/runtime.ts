// The few things of the runtime that are used where they exist, in types of our own: this package is compiled without
// Node's and the DOM's.

interface Runtime {
  readonly crypto?: { getRandomValues(array: Uint8Array): Uint8Array };
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

export const runtime: Runtime = globalThis as Runtime;
