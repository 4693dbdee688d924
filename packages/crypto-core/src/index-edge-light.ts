// The entry for Vercel's edge runtime, which compiles no bytes: the module is imported, and compiled by the deployment.
export { createCrypto } from './create-crypto-edge-light.ts';
export * from './surface.ts';
