// `npm run bench -- detection`, or `npm run bench:pii`: precision, recall and throughput of the detector beside peers.
// `--quick`: a small run that writes nothing.
import { full, measure, quick } from './measure.ts';
import { asMarkdown, write } from './report.ts';

const isQuick = process.argv.includes('--quick');
const report = await measure(isQuick ? quick : full);
process.stdout.write(asMarkdown(report));
if (!isQuick) write(report);
