// Errors of this package, in the shape of the other packages' coded errors (it imports none of them).
export type RetentionErrorCode =
  /** `useDefault()` where no default is set. Kind `input`. */
  | 'default_missing'
  /** Not one of the policies of this package. Kind `input`. */
  | 'policy_malformed'
  /** The date lies before creation or after the year 9999. Kind `input`. */
  | 'date_out_of_range'
  /** The database did not answer. Kind `unavailable`. */
  | 'database_unavailable'
  /** The database refused; the message holds the SQLSTATE. Kind `input`. */
  | 'database_refused';

export class RetentionError extends Error {
  override readonly name: string = 'RetentionError';
  readonly code: RetentionErrorCode;
  readonly kind: 'unavailable' | 'input';

  constructor(code: RetentionErrorCode, message: string) {
    super(message);
    this.code = code;
    this.kind = code === 'database_unavailable' ? 'unavailable' : 'input';
  }

  /** True where the same call may succeed later without any change. */
  get retryable(): boolean {
    return this.kind === 'unavailable';
  }

  toJSON(): { name: string; code: RetentionErrorCode; kind: string; message: string } {
    return { name: this.name, code: this.code, kind: this.kind, message: this.message };
  }
}
