// `npm run bench -- ciphers`: our engines beside node:crypto, WebCrypto, noble, libsodium and hash-wasm, and what was
// promised of them. `--quick`: a small run that writes nothing.
import { measure } from './measure.ts';
import { asMarkdown, write } from './report.ts';
import { full, quick } from './size.ts';

const isQuick = process.argv.includes('--quick');
const report = await measure(isQuick ? quick : full);
process.stdout.write(asMarkdown(report));
if (!isQuick) write(report);
