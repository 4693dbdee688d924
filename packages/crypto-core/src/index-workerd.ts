// The entry for Cloudflare's workerd, which compiles no bytes: the module is imported, and compiled by the deployment.
export { createCrypto } from './create-crypto-workerd.ts';
export * from './surface.ts';
