// `npm run bench -- rewrap`: a million jobs under ten key versions move to another key management service. `--quick`: a
// thousand, and nothing is written.
import { startPostgresServer } from '@hammerwork/test-kit';
import { measureMove } from './measure.ts';
import { asMarkdown, write } from './report.ts';

const isQuick = process.argv.includes('--quick');
const server = await startPostgresServer();
const move = await measureMove(isQuick ? 1000 : 1_000_000, 10, server);
await server.stop();
process.stdout.write(asMarkdown(move));
if (!isQuick) write(move);
