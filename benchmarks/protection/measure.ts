import { openTestDatabase, startPostgresServer } from '@hammerwork/test-kit';
import type { Timing, Turns } from '../harness/interleave.ts';
import { machine } from '../harness/machine.ts';
import { type Kind, measureEnqueueing } from './enqueueing.ts';
import type { Report } from './report.ts';
import { measureSealing } from './sealing.ts';

export interface Size extends Turns {
  readonly jobs: number;
  readonly databases: readonly ('PGlite' | 'PostgreSQL')[];
}

export const full: Size = { rounds: 39, sliceMs: 25, jobs: 2000, databases: ['PGlite', 'PostgreSQL'] };
export const quick: Size = { rounds: 3, sliceMs: 2, jobs: 20, databases: ['PGlite'] };

export async function measure(size: Size): Promise<Report> {
  const sealing = await measureSealing(size);
  const enqueueing: Record<string, Record<Kind, Timing>> = {};
  for (const database of size.databases) {
    enqueueing[database] = await (database === 'PGlite' ? onPglite(size.jobs) : onPostgres(size.jobs));
  }
  return { machine: machine(), rounds: size.rounds, sealing, enqueueing };
}

async function onPglite(jobs: number): Promise<Record<Kind, Timing>> {
  const { db, close } = await openTestDatabase('pglite');
  try {
    return await measureEnqueueing(db, jobs);
  } finally {
    await close();
  }
}

// With the durability that a real server has.
async function onPostgres(jobs: number): Promise<Record<Kind, Timing>> {
  const server = await startPostgresServer({});
  try {
    const { db, close } = await openTestDatabase('postgres', server);
    const times = await measureEnqueueing(db, jobs);
    await close();
    return times;
  } finally {
    await server.stop();
  }
}
