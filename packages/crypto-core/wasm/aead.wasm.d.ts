/** A compiled `WebAssembly.Module`, where the runtime or the bundler imports `.wasm` files so; see `./slim`. */
declare const module: object;
export default module;
