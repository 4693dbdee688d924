// One process, once: from the imported package to the first sealed record. Prints milliseconds as JSON. With `--loaded`
// the process has loaded and used node:crypto before, as one with a database or TLS has.
import { createCrypto } from '@hammerwork/crypto-core';

const loading = performance.now();
if (process.argv.includes('--loaded')) process.getBuiltinModule('node:crypto').randomFillSync(new Uint8Array(16));
const plaintext = new Uint8Array(64).fill(1);
const started = performance.now();
const crypto = createCrypto({ engine: 'wasm' });
const created = performance.now();
const key = crypto.importKey(new Uint8Array(32).fill(7), { algorithm: 'aes-256-gcm' });
crypto.seal(key, plaintext, { surface: 'payload' });
const sealed = performance.now();
process.stdout.write(
  JSON.stringify({ loaded: started - loading, created: created - started, sealed: sealed - started }),
);
