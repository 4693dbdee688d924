import { CodedError } from '@hammerwork/crypto-core';

export type DatabaseErrorCode =
  | 'database_missing'
  | 'database_unknown'
  /** What was asked for does not work on this kind of database. */
  | 'database_unsupported'
  | 'database_unavailable';

export class DatabaseError extends CodedError<DatabaseErrorCode> {
  constructor(code: DatabaseErrorCode, message: string) {
    super(code, code === 'database_unavailable' ? 'unavailable' : 'input', message);
  }
}
