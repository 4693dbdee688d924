// The job store on PostgreSQL 14 and newer, and PGlite. One statement per call, none of them prepared by name, so that
// it works behind a transaction-pooling proxy.
import type { JobStore } from '../store.ts';
import { claimJobs, extendLeases, promoteJobs, quarantineUnreadable, reclaimJobs } from './claim.ts';
import { type Connection, connect, type Database } from './database.ts';
import { insertJobs } from './insert.ts';
import { cancelJob, deleteJob, redriveJobs } from './manage.ts';
import { countByCode, countByKeyHandle, countJobs, countOverdue, findJob, findOutcome, listJobs } from './read.ts';
import { saveProgress, settleJobs } from './settle.ts';

export interface PgJobStoreOptions {
  /** Epoch milliseconds. Default: the database's clock, which all machines share. */
  readonly clock?: () => number;
}

/** A job store on the caller's Kysely instance or transaction. The tables come from `@hammerwork/migrations`. */
export function createPgJobStore(db: Database, { clock }: PgJobStoreOptions = {}): JobStore<Database> {
  const connection: Connection = connect(db, clock);
  return {
    insert: (jobs) => insertJobs(connection, jobs),
    claim: (request) => claimJobs(connection, request),
    extend: (leases, leaseMs) => extendLeases(connection, leases, leaseMs),
    settle: (settlements, again) => settleJobs(connection, settlements, again),
    saveProgress: (lease, outcome) => saveProgress(connection, lease, outcome),
    reclaim: (queueName) => reclaimJobs(connection, queueName),
    promote: (queueName) => promoteJobs(connection, queueName),
    quarantineUnreadable: (queueName) => quarantineUnreadable(connection, queueName),
    find: (id) => findJob(connection, id),
    findOutcome: (id, surface) => findOutcome(connection, id, surface),
    list: (filter) => listJobs(connection, filter),
    count: (queueName) => countJobs(connection, queueName),
    countByCode: (queueName) => countByCode(connection, queueName),
    countOverdue: (forMs) => countOverdue(connection, forMs),
    countByKeyHandle: (handle) => countByKeyHandle(connection, handle),
    delete: (id) => deleteJob(connection, id),
    cancel: (id) => cancelJob(connection, id),
    redrive: (selection) => redriveJobs(connection, selection),
    within: (transaction) => createPgJobStore(transaction, clock ? { clock } : {}),
  };
}
