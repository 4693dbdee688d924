// `npm run bench -- ciphers`: our engines beside node:crypto, WebCrypto, noble, libsodium and hash-wasm, and what was
// promised of them. `--quick`: a small run; `--node`: in Node alone. Both write nothing.
import { measure } from './measure.ts';
import { asMarkdown, write } from './report.ts';
import { full, quick } from './size.ts';

const [isQuick, onlyNode] = ['--quick', '--node'].map((flag) => process.argv.includes(flag));
const report = await measure(isQuick ? quick : full, { onlyNode: onlyNode === true });
process.stdout.write(asMarkdown(report));
if (!isQuick && !onlyNode) write(report);
