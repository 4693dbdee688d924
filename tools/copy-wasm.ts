// The last step of crypto-core's build, run in its folder: the modules and their type go beside what tsc wrote.
import { copyFileSync } from 'node:fs';

copyFileSync('wasm/ciphers.wasm', 'dist/aead.wasm');
copyFileSync('wasm/ciphers-plain.wasm', 'dist/aead-plain.wasm');
copyFileSync('wasm/aead.wasm.d.ts', 'dist/aead.wasm.d.ts');
