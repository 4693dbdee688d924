// `npm run bench -- keys`: what it costs to get at a key, and to verify a long audit log. `--quick`: a small run that
// writes nothing.
import { full, measure, quick } from './measure.ts';
import { asMarkdown, write } from './report.ts';

const isQuick = process.argv.includes('--quick');
const results = await measure(isQuick ? quick : full);
process.stdout.write(asMarkdown(results));
if (!isQuick) write(results);
