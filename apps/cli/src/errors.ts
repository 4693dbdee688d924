// Errors of the command line itself; every other one comes from a package and carries its own code.
import { CodedError } from '@hammerwork/crypto-core';

export type CliErrorCode =
  | 'database_missing'
  | 'database_unknown'
  | 'database_unavailable'
  | 'option_malformed'
  | 'check_failed'
  | 'job_absent'
  | 'handlers_malformed';

export class CliError extends CodedError<CliErrorCode> {
  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(code, code === 'database_unavailable' ? 'unavailable' : 'input', message, options);
  }
}
