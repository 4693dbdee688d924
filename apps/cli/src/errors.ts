// Errors of the command line itself; every other one comes from a package and carries its own code.
import { CodedError } from '@hammerwork/crypto-core';

export type CliErrorCode =
  | 'option_malformed'
  | 'not_confirmed'
  | 'check_failed'
  | 'schema_missing'
  | 'job_absent'
  | 'outcome_absent'
  | 'opening_unaudited'
  | 'job_not_redrivable'
  | 'file_unreadable'
  | 'input_malformed'
  | 'file_unwritable';

export class CliError extends CodedError<CliErrorCode> {
  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(code, 'input', message, options);
  }
}

export function jobAbsent(id: string): CliError {
  return new CliError('job_absent', `There is no job ${id} (any more).`);
}
