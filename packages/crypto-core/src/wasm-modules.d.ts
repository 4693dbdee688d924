// What importing a `.wasm` file gives in the runtimes for which `index-workerd.ts` and `index-edge-light.ts` are made.
declare module '*.wasm' {
  /** A compiled `WebAssembly.Module`. */
  const module: object;
  export default module;
}

declare module '*.wasm?module' {
  /** A compiled `WebAssembly.Module`. */
  const module: object;
  export default module;
}
