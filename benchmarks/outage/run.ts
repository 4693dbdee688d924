// `npm run bench -- outage`: the key management service is away for 60 seconds under load, in two ways. `--quick`: for two.
import { startPostgresServer } from '@hammerwork/test-kit';
import { measureOutage, type Outage, type Size } from './measure.ts';
import { asMarkdown, write } from './report.ts';

const isQuick = process.argv.includes('--quick');
const size: Omit<Size, 'absence'> = isQuick
  ? { outageMs: 2000, calmMs: 500, workers: 1, hotJobsPerSecond: 20, coldJobs: 20 }
  : { outageMs: 60_000, calmMs: 10_000, workers: 2, hotJobsPerSecond: 50, coldJobs: 1000 };
const server = await startPostgresServer();
const outages: Outage[] = [];
for (const absence of ['refusing', 'hanging'] as const) outages.push(await measureOutage({ ...size, absence }, server));
await server.stop();
process.stdout.write(asMarkdown(outages));
if (!isQuick) write(outages);
