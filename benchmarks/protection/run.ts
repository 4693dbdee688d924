// `npm run bench -- protection`: the source document's benchmark. `--quick`: a small run that writes nothing.
import { full, measure, quick } from './measure.ts';
import { asMarkdown, write } from './report.ts';

const isQuick = process.argv.includes('--quick');
const report = await measure(isQuick ? quick : full);
process.stdout.write(asMarkdown(report));
if (!isQuick) write(report);
