// Operating errors of the queue. Messages name jobs, kinds and limits, never values of payloads or of SQL.
import { CodedError, type FailureKind } from '@hammerwork/crypto-core/errors';

export type QueueErrorCode =
  /** The database did not answer or asks to try again. Kind `unavailable`. */
  | 'store_unavailable'
  /** The database refused a statement; the message holds the SQLSTATE. Kind `input`. */
  | 'store_refused'
  /** The tables are missing or older than this code. Kind `input`. */
  | 'schema_missing'
  /** Not a UUID. Kind `input`. */
  | 'id_malformed'
  /** A payload or result is not JSON: undefined, NaN, a BigInt, a class instance, ... Kind `input`. */
  | 'value_not_json'
  /** Nested deeper than 100 levels, or a cycle. Kind `input`. */
  | 'value_too_deep'
  /** More than 16 Mi characters of JSON. Kind `input`. */
  | 'value_too_large'
  /** NUL or a lone surrogate, which databases cannot store. Kind `input`. */
  | 'text_malformed'
  /** The job's data would be deleted before the job may run. Kind `input`. */
  | 'deleted_before_run'
  /** The job is of another kind than the job type that was given. Kind `input`. */
  | 'kind_differs'
  /** There is no such job (any more). Kind `input`. */
  | 'job_absent'
  /** The row is larger than any that was enqueued, and is not read. Kind `policy`. */
  | 'row_too_large'
  /** A running job is not deleted under its handler. Kind `input`. */
  | 'job_running'
  /** A worker or pool that was stopped is not started again, and takes no more workers. Kind `input`. */
  | 'already_stopped'
  /** The job type has no policy and the queue requires one. Kind `input`. */
  | 'policy_missing'
  /** The row holds a sealed record, but this process's job type has no policy. Kind `policy`. */
  | 'record_unexpected'
  /** Reason of an abort signal: the lease expired and another worker may hold the job. Kind `unavailable`. */
  | 'lease_lost'
  /** Reason of an abort signal: `timeoutMs` of the job type has passed. Kind `input`. */
  | 'attempt_timeout'
  /** Reason of an abort signal: the job was cancelled. Kind `input`. */
  | 'job_cancelled'
  /** Reason of an abort signal: the worker stops. Kind `unavailable`. */
  | 'worker_stopping';

const kinds: Readonly<Partial<Record<QueueErrorCode, FailureKind>>> = {
  store_unavailable: 'unavailable',
  lease_lost: 'unavailable',
  worker_stopping: 'unavailable',
  row_too_large: 'policy',
  record_unexpected: 'policy',
};

export class QueueError extends CodedError<QueueErrorCode> {
  constructor(code: QueueErrorCode, message: string) {
    super(code, kinds[code] ?? 'input', message);
  }
}
