// The steps of the tour, each a function over what the earlier ones made. Every step returns one figure.
import { isDeepStrictEqual } from 'node:util';
import { migrate } from '@hammerwork/migrations';
import { type Handler, handle, type JobId, Worker, type WorkerEvent, WorkerPool } from '@hammerwork/queue';
import { createSweeper } from '@hammerwork/retention';
import { CliError } from '../errors.ts';
import { scanDatabase } from './database-search.ts';
import { createLeakSearch } from './leak-search.ts';
import { createPerson } from './people.ts';
import type { Tour } from './tour.ts';
import { type Kind, personalValuesIn } from './workload.ts';

/** What a step found out. `detail` is printed below its line. */
export interface Finding {
  readonly figure: string;
  readonly detail?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export async function prepare({ db, keys, keyId }: Tour): Promise<Finding> {
  const applied = await migrate(db);
  const key = await keys.ensureKey(keyId);
  return { figure: `${applied.length} migrations, key version ${key.version}` };
}

export async function enqueue(tour: Tour): Promise<Finding> {
  for (const [number, kind] of tour.kinds.entries()) {
    const made = Array.from({ length: tour.jobsPerKind }, (_, i) => {
      const person = createPerson(tour.random);
      const payload = kind.payload(person, number * tour.jobsPerKind + i);
      const { strings, numbers } = personalValuesIn(payload, person);
      for (const value of strings) tour.strings.add(value);
      for (const value of numbers) tour.numbers.add(value);
      return payload;
    });
    const ids = await tour.queue.enqueueMany(kind.type, made);
    for (const [i, id] of ids.entries()) tour.jobs.set(id, { kind, payload: made[i] });
  }
  return { figure: `${tour.jobs.size} jobs with ${tour.strings.size + tour.numbers.size} personal values` };
}

export async function show(tour: Tour): Promise<Finding> {
  const [id, { payload }] = tour.jobs.entries().next().value as [JobId, { payload: unknown }];
  const row = await tour.db.selectFrom('hammerwork_jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const record = row.encrypted_payload as Uint8Array | null;
  const stored = {
    payload: row.payload,
    is_encrypted: row.is_encrypted,
    pii_fields: row.pii_fields,
    encrypted_payload: record && `\\x${Buffer.from(record).toString('hex').slice(0, 40)}... (${record.length} bytes)`,
  };
  const people = [`as the producer wrote it`, draw(payload), 'as the row stands in the table', draw(stored)].join('\n');
  return { figure: `${(row.pii_fields as string[]).length} fields sealed`, detail: people, data: { payload, stored } };
}

/** Every tenth job fails, with personal data in its message. */
export async function work(tour: Tour): Promise<Finding> {
  const total = tour.jobs.size;
  const failing = new Set([...tour.jobs.keys()].filter((_, index) => index % 10 === 9));
  const run = ({ type }: Kind): Handler =>
    handle(type, ({ id, payload }) => {
      check(isDeepStrictEqual(payload, tour.jobs.get(id)?.payload), 'a handler was given another payload');
      if (failing.has(id)) throw new Error(`Cannot process ${JSON.stringify(payload)}`);
      return { processed: payload };
    });
  const ended = { completed: 0, failed: 0 };
  const pool = new WorkerPool();
  await new Promise<void>((resolve, reject) => {
    const onEvent = (event: WorkerEvent) => {
      if (event.type === 'breaker_opened' || event.type === 'store_failed') reject(failure(event.errorCode));
      if (event.type !== 'settled') return;
      ended[event.state === 'completed' ? 'completed' : 'failed'] += 1;
      if (ended.completed + ended.failed === total) resolve();
    };
    const { queue, queueName } = tour;
    pool.addWorker(new Worker({ queue, queueName, handlers: tour.kinds.map(run), concurrency: 20, onEvent }));
    pool.start();
  }).finally(() => pool.stop());
  check(ended.failed === failing.size, `${ended.failed} jobs failed where ${failing.size} were made to`);
  return { figure: `${ended.completed} completed, ${ended.failed} dead letters` };
}

export async function showDeadLetters({ queue, queueName, jobs, sealing }: Tour): Promise<Finding> {
  const dead = await queue.listJobs({ queueName, state: 'dead' });
  const [first] = dead;
  check(first !== undefined, 'there is no dead letter');
  if (!sealing) return { figure: `${dead.length} rows` };
  const kind = jobs.get(first.id)?.kind as Kind;
  const error = await queue.openOutcome(kind.type, first.id, 'error');
  check(JSON.stringify(error).includes('Cannot process'), 'the sealed error does not open');
  return {
    figure: `${dead.length} rows show a code (${first.errorCode}) and no message`,
    data: { errorCode: first.errorCode },
  };
}

export async function rotate({ keys, keyId, queue, jobs, sealing }: Tour): Promise<Finding> {
  const key = await keys.rotateKey(keyId);
  if (!sealing) return { figure: `version ${key.version}` };
  let opened = 0;
  for (const [id, { kind, payload }] of jobs) {
    check(isDeepStrictEqual(await queue.openPayload(kind.type, id), payload), 'an old job no longer opens');
    opened += 1;
  }
  return {
    figure: `version ${key.version} seals from now on; ${opened} jobs of version ${key.version - 1} still open`,
  };
}

export async function sweep({ db, jobs }: Tour): Promise<Finding> {
  const { deleted, byPolicy } = await createSweeper({ db }).runOnce();
  const expected = [...jobs.values()].filter(({ kind }) => kind.type.retention?.type === 'delete_immediately').length;
  check(deleted === expected, `${deleted} jobs were deleted where ${expected} were due`);
  return { figure: `${deleted} finished jobs deleted`, data: { byPolicy } };
}

export async function verifyAudit({ keys }: Tour): Promise<Finding> {
  const verdict = await keys.verifyAudit();
  check(verdict.ok, verdict.fault?.message ?? 'the audit chain is broken');
  return { figure: `${verdict.entries} entries, chain whole` };
}

export async function search(tour: Tour): Promise<Finding> {
  const leaks = createLeakSearch(tour.strings);
  const { where, numbers } = await scanDatabase(tour, leaks);
  const leaked = leaks.found.size + numbers;
  const searched = tour.strings.size + tour.numbers.size;
  tour.leaks = { searched, leaked, bytes: leaks.bytes };
  return {
    figure: `${leaked} of ${searched} personal values found in ${(leaks.bytes / 2 ** 20).toFixed(1)} MiB of ${where}`,
    data: { searched, leaked, bytes: leaks.bytes },
  };
}

function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw failure(message);
}

function failure(message: string): CliError {
  return new CliError('check_failed', `The tour failed: ${message}.`);
}

function draw(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(/^/gm, '    ');
}
