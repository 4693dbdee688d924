// The entry without WebAssembly: whoever wants it brings the module, such as `@hammerwork/crypto-core/aead.wasm`.
export { createCrypto } from './create-crypto-slim.ts';
export type { WasmModule } from './runtime.ts';
export * from './surface.ts';
