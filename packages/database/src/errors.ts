import { CodedError } from '@hammerwork/crypto-core';

export type DatabaseErrorCode =
  | 'database_missing'
  | 'database_unknown'
  /** What was asked for does not work on this kind of database. */
  | 'database_unsupported'
  /** The server is there and says no, or the URL can mean none: trying again does not help. */
  | 'database_refused'
  /** Another process has the folder of an embedded database open. */
  | 'database_in_use'
  | 'database_unavailable';

export class DatabaseError extends CodedError<DatabaseErrorCode> {
  constructor(code: DatabaseErrorCode, message: string) {
    super(code, code === 'database_unavailable' ? 'unavailable' : 'input', message);
  }
}
