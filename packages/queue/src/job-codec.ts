// Between what programs see and what stores keep: under the job type's policy, or as plain JSON without one. This is
// the only place of the queue where values are sealed and opened.

import type { Context } from '@hammerwork/crypto-core';
import { observer } from '@hammerwork/crypto-core/observer';
import type { PayloadProtection, Policy } from '@hammerwork/payload-protection';
import { QueueError } from './errors.ts';
import { type JobId, jobIdBytes } from './job-id.ts';
import type { OutcomeSurface } from './job-state.ts';
import type { AnyJobType } from './job-type.ts';
import { encodeJson } from './json.ts';
import type { StoredOutcome, StoredPayload, StoredValue } from './store.ts';

/** The job that a record belongs to. */
export interface RecordOwner {
  readonly id: JobId;
  readonly kind: string;
  readonly tenant: string | null;
}

export interface JobCodec {
  encodePayload(
    type: AnyJobType,
    owner: RecordOwner,
    payload: unknown,
  ): Promise<StoredValue & { clear: string; pointers: readonly string[] }>;
  /** Errors: `record_unexpected`, and those of opening. What must be sealed is `type`'s word, not the row's. */
  decodePayload(type: AnyJobType, stored: StoredPayload): Promise<unknown>;
  encodeOutcome(type: AnyJobType, owner: RecordOwner, surface: OutcomeSurface, value: unknown): Promise<StoredValue>;
  /** Errors: `record_unexpected`, `record_missing`, and those of opening. */
  decodeOutcome(type: AnyJobType, owner: RecordOwner, surface: OutcomeSurface, stored: StoredOutcome): Promise<unknown>;
  /** TypeError where `type` has a policy and there is nothing to seal with. Errors: `policy_missing`. */
  require(type: AnyJobType): void;
}

/** What detection found and a policy with `autoDetect: 'report'` left in clear: kinds of data and how often. */
export interface DetectionReport {
  readonly jobId: JobId;
  readonly kind: string;
  readonly found: Readonly<Record<string, number>>;
}

export interface JobCodecOptions {
  readonly protection?: PayloadProtection | undefined;
  readonly requirePolicy?: boolean;
  readonly onReport?: ((report: DetectionReport) => void) | undefined;
}

export function createJobCodec({ protection, requirePolicy = false, onReport }: JobCodecOptions): JobCodec {
  const tell = observer('onReport', onReport);

  function sealing(type: AnyJobType): { policy: Policy; protection: PayloadProtection } | undefined {
    if (!type.policy && requirePolicy) throw policyMissing(type);
    if (!type.policy) return undefined;
    if (!protection)
      throw new TypeError(`Job type ${type.kind} has a policy: give createJobQueue a payload protection to seal with.`);
    return { policy: type.policy, protection };
  }

  return {
    require: sealing,

    async encodePayload(type, owner, payload) {
      const seals = sealing(type);
      if (!seals) return { clear: encodeJson(payload), record: null, pointers: [], handles: [] };
      const sealed = await seals.protection.seal(payload, seals.policy, recordContext(owner, 'payload'));
      if (sealed.report) tell({ jobId: owner.id, kind: owner.kind, found: sealed.report });
      return { ...sealed, clear: JSON.stringify(sealed.clear) };
    },

    async decodePayload(type, stored) {
      const seals = sealing(type);
      if (!seals) {
        if (stored.isEncrypted || stored.record || stored.pointers.length > 0) throw unexpectedRecord(type);
        return stored.payload;
      }
      const record = stored.isEncrypted ? stored.record : null;
      const parts = { clear: stored.payload, record, pointers: stored.pointers };
      return seals.protection.open(parts, seals.policy, recordContext(stored, 'payload'));
    },

    async encodeOutcome(type, owner, surface, value) {
      const seals = sealing(type);
      if (!seals) return { clear: encodeJson(value), record: null, handles: [] };
      const record = await seals.protection.sealValue(value, seals.policy, recordContext(owner, surface));
      return { clear: null, record, handles: [handleOf(record)] };
    },

    async decodeOutcome(type, owner, surface, stored) {
      const seals = sealing(type);
      if (!seals) {
        if (stored.record) throw unexpectedRecord(type);
        return stored.value;
      }
      return seals.protection.openValue(stored.record, seals.policy, recordContext(owner, surface));
    },
  };
}

/** Design, sealed record, context: the queue name is not bound, since moving a job between queues is legal. */
function recordContext({ id, kind, tenant }: RecordOwner, surface: 'payload' | OutcomeSurface): Context {
  const context = { job: jobIdBytes(id), kind, surface };
  return tenant === null ? context : { ...context, tenant };
}

/** The key handle in the header of a single record (sealed record, layout). */
function handleOf(record: Uint8Array): Uint8Array {
  return record.slice(4, 12);
}

function policyMissing({ kind }: AnyJobType): QueueError {
  return new QueueError(
    'policy_missing',
    `Job type ${kind} has no policy, and this queue requires one. Give it one with definePolicy or policyFor. Nothing was stored.`,
  );
}

function unexpectedRecord({ kind }: AnyJobType): QueueError {
  return new QueueError(
    'record_unexpected',
    `The row holds sealed data, but job type ${kind} has no policy in this process. Give it the producer's policy.`,
  );
}
