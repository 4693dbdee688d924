export { createCrypto } from './create-crypto.ts';
export * from './surface.ts';
