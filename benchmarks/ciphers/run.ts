// `npm run bench -- ciphers`: our engines beside node:crypto, WebCrypto, noble, libsodium and hash-wasm, and what was
// promised of them. All but the whole writes nothing: `--quick`, a small run; `--node`, in Node alone; `--family=records` and
// `--bytes=16384`, which may be given more than once, only these.
import { parseArgs } from 'node:util';
import { measure } from './measure.ts';
import { asMarkdown, write } from './report.ts';
import { full, only, quick } from './size.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    node: { type: 'boolean', default: false },
    family: { type: 'string', multiple: true, default: [] },
    bytes: { type: 'string', multiple: true, default: [] },
  },
});
const size = only(values.quick ? quick : full, values.family, values.bytes.map(Number));
const report = await measure(size, { onlyNode: values.node });
process.stdout.write(asMarkdown(report));
if (size === full && !values.node) write(report);
