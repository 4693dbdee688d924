import { CodedError } from '@hammerwork/crypto-core';

export type WorkerErrorCode = 'handlers_missing' | 'handlers_malformed' | 'option_malformed' | 'schema_missing';

export class WorkerError extends CodedError<WorkerErrorCode> {
  constructor(code: WorkerErrorCode, message: string, options?: ErrorOptions) {
    super(code, 'input', message, options);
  }
}
