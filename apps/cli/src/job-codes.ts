// What to do when: every code that a job that waits or has stopped may carry, what it means, and what mends it.
import type { CryptoErrorCode } from '@hammerwork/crypto-core';
import type { KeyManagerErrorCode } from '@hammerwork/key-manager';
import type { ProtectionErrorCode } from '@hammerwork/payload-protection';
import type { QueueErrorCode } from '@hammerwork/queue';

export interface Advice {
  readonly meaning: string;
  readonly do: string;
}

type JobCode =
  | 'kind_unknown'
  | 'handler_failed'
  | 'lease_expired'
  | 'protection_failed'
  | Exclude<ProtectionErrorCode, 'already_sealed' | 'selector_unmatched'>
  | Extract<CryptoErrorCode, 'record_malformed' | 'seal_broken'>
  | Extract<
      KeyManagerErrorCode,
      | 'key_unknown'
      | 'key_unusable'
      | 'key_destroyed'
      | 'key_held'
      | 'key_expired'
      | 'destruction_pending'
      | 'key_row_forged'
      | 'key_row_replayed'
      | 'key_transition_forged'
      | 'master_key_mismatch'
      | 'kms_failed'
      | 'store_unavailable'
      | 'store_forged'
    >
  | Extract<
      QueueErrorCode,
      | 'value_not_json'
      | 'value_too_deep'
      | 'value_too_large'
      | 'row_too_large'
      | 'record_unexpected'
      | 'attempt_timeout'
      | 'job_cancelled'
      | 'worker_stopping'
    >;

const redrive = 'then `hammerwork jobs redrive ID`';
const tampered =
  'Find out who writes to the table: compare the row with a backup, look at `hammerwork audit list`. Redrive only a restored row.';
const mendHandler = `Mend the handler, ${redrive}.`;
const unreadable = 'Restore the key from a backup of the key store if there is one; otherwise delete the job.';
const policies = `Give the worker's job type the policy that the producer seals with, ${redrive}.`;
const goesOn = 'Nothing: the job goes on by itself.';

const advice: Readonly<Record<JobCode, Advice>> = {
  kind_unknown: {
    meaning: 'The worker that took the job has no handler for its kind; it waits for one that has.',
    do: 'Start a worker whose handlers hold this kind.',
  },
  handler_failed: {
    meaning: 'The handler threw. `hammerwork jobs error ID` opens what it threw.',
    do: mendHandler,
  },
  attempt_timeout: {
    meaning: 'The handler took longer than `timeoutMs`.',
    do: `Raise it or mend the handler, ${redrive}.`,
  },
  value_not_json: { meaning: 'The handler returned what is no JSON.', do: mendHandler },
  value_too_deep: { meaning: 'The handler returned more than 100 levels, or a cycle.', do: mendHandler },
  value_too_large: { meaning: 'The handler returned more than 16 Mi characters of JSON.', do: mendHandler },
  payload_not_json: { meaning: 'A value to be sealed is no JSON.', do: mendHandler },
  payload_too_deep: { meaning: 'A value to be sealed is nested too deep, or a cycle.', do: mendHandler },
  payload_too_large: { meaning: 'A value to be sealed is larger than the limits allow.', do: mendHandler },
  text_malformed: { meaning: 'A text holds NUL or a lone surrogate, which databases cannot store.', do: mendHandler },
  row_too_large: {
    meaning: 'The row takes more than 128 MiB, more than any that was enqueued: it is not read.',
    do: 'Find out who writes to the table, then `hammerwork jobs delete ID`.',
  },
  lease_expired: {
    meaning: 'The worker died, or its event loop stood still for longer than the lease, while it held the job.',
    do: `Look at the worker's log, give it memory or a longer --lease, ${redrive} if it is dead.`,
  },
  job_cancelled: { meaning: 'Somebody cancelled the job.', do: 'Nothing; `hammerwork jobs redrive ID` takes it back.' },
  worker_stopping: { meaning: 'The worker stopped before the job was done.', do: goesOn },
  key_held: {
    meaning: 'The key is marked compromised and held: nothing is opened with it.',
    do: 'Look at it with `hammerwork keys show` and decide; the job goes on when the hold is lifted.',
  },
  key_expired: {
    meaning: 'The key has expired, so that results cannot be sealed.',
    do: 'Run `hammerwork keys rotate`; the job goes on by itself.',
  },
  destruction_pending: {
    meaning: 'The key is about to be destroyed.',
    do: 'Run `hammerwork keys undo` while it can be undone, or let the job go with the key.',
  },
  key_unknown: {
    meaning: 'The key store holds no such key: another database, a key never generated, or its row is gone.',
    do: `Run \`hammerwork keys list\`, restore the key or \`hammerwork keys generate NAME\`, ${redrive}.`,
  },
  key_unusable: { meaning: 'The key version cannot be used for this.', do: 'Look at it with `hammerwork keys list`.' },
  key_destroyed: { meaning: 'The key was destroyed; the data is gone for good.', do: 'Delete the job.' },
  key_row_forged: { meaning: "The key's row was changed outside Hammerwork.", do: unreadable },
  key_row_replayed: {
    meaning: 'Somebody put back a row of the key from before it was retired, compromised or destroyed.',
    do: `Run \`hammerwork audit verify\`, then \`hammerwork keys reconcile\`. If the key opens afterwards, ${redrive}.`,
  },
  key_transition_forged: {
    meaning: "The record of the key's end was added outside Hammerwork.",
    do: `Find out who writes to hammerwork_key_transitions; its owner deletes the last row of the key, ${redrive}.`,
  },
  master_key_mismatch: {
    meaning: 'The worker has another master key than the key store.',
    do: 'Start the worker with the right --master-key; the job goes on by itself.',
  },
  kms_failed: { meaning: 'The key service did not answer.', do: 'Run `hammerwork doctor`; the job goes on by itself.' },
  store_unavailable: {
    meaning: 'The database did not answer.',
    do: 'Run `hammerwork doctor`; the job goes on by itself.',
  },
  store_forged: { meaning: 'The key store was changed outside Hammerwork.', do: 'Run `hammerwork audit verify`.' },
  protection_failed: { meaning: 'Opening failed in a way nobody foresaw.', do: `Look at the log, ${redrive}.` },
  seal_broken: {
    meaning: 'The record, or what it is bound to (id, kind, tenant, clear fields), was changed.',
    do: tampered,
  },
  record_malformed: { meaning: 'The record is no sealed record: cut or overwritten.', do: tampered },
  plaintext_malformed: { meaning: 'The record opened, but holds no protected payload.', do: tampered },
  pointers_differ: { meaning: 'The list of sealed fields was changed in the row.', do: tampered },
  clear_changed: { meaning: 'The clear payload holds something where a value was sealed.', do: tampered },
  clear_malformed: { meaning: 'The clear payload is no JSON within the limits.', do: tampered },
  record_missing: {
    meaning: 'The policy demands a sealed record and the row has none: removed, or enqueued without the policy.',
    do: `Enqueue with the policy. For this job: ${policies} Else: ${tampered}`,
  },
  field_not_sealed: {
    meaning: "A field that the worker's policy names was stored in clear: the producer's policy is another one.",
    do: policies,
  },
  record_unexpected: { meaning: "The row is sealed, but the worker's job type has no policy.", do: policies },
};

/** Undefined for codes of key services and of other packages, whose messages say what to do. */
export function adviceFor(code: string | null): Advice | undefined {
  return code !== null && Object.hasOwn(advice, code) ? advice[code as JobCode] : undefined;
}

export const jobCodes: readonly (Advice & { readonly code: string })[] = Object.entries(advice).map(
  ([code, entry]) => ({
    code,
    ...entry,
  }),
);
