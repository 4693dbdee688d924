// One process, once: from the imported package to the first sealed record. Prints milliseconds as JSON.
import { createCrypto } from '@hammerwork/crypto-core';

const plaintext = new Uint8Array(64).fill(1);
const started = performance.now();
const crypto = createCrypto({ engine: 'wasm' });
const created = performance.now();
const key = crypto.importKey(new Uint8Array(32).fill(7), { algorithm: 'aes-256-gcm' });
crypto.seal(key, plaintext, { surface: 'payload' });
const sealed = performance.now();
process.stdout.write(JSON.stringify({ created: created - started, sealed: sealed - started }));
