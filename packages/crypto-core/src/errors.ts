// Errors of the sealing stack. Every package that can refuse work throws a subclass of `CodedError`, so that a caller
// (the queue, a codec) decides by `kind` and `code` and never by the text.

/**
 * What kind of failure it is, and so what becomes of the work:
 * `unavailable` is tried again without using an attempt, `held` as well but concerns this one key and nothing else,
 * `key_gone` is parked, `broken_seal` and `policy` are quarantined, `input` is the caller's to mend.
 */
export type FailureKind = 'unavailable' | 'held' | 'key_gone' | 'broken_seal' | 'policy' | 'input';

/** Base of all operating errors. Messages say what to do next and hold no plaintext, key bytes, tokens or SQL values. */
export abstract class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly kind: FailureKind;

  constructor(code: Code, kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.kind = kind;
    this.name = new.target.name;
  }

  /** True where the same call may succeed later without any change. */
  get retryable(): boolean {
    return this.kind === 'unavailable' || this.kind === 'held';
  }

  toJSON(): { name: string; code: Code; kind: FailureKind; message: string } {
    return { name: this.name, code: this.code, kind: this.kind, message: this.message };
  }
}

/** Tells by shape, so that two installed copies of a package still understand each other. */
export function isCodedError(error: unknown): error is CodedError {
  return error instanceof Error && 'code' in error && 'kind' in error && 'retryable' in error;
}

export type CryptoErrorCode =
  | 'key_malformed'
  | 'key_disposed'
  | 'key_unknown'
  | 'key_unusable'
  | 'record_malformed'
  | 'seal_broken'
  | 'context_malformed'
  | 'random_failed'
  | 'engine_unavailable'
  | 'engine_full'
  | 'engine_failed'
  | 'input_malformed'
  | 'input_too_large';

const kinds: Record<CryptoErrorCode, FailureKind> = {
  key_malformed: 'input',
  key_disposed: 'unavailable',
  key_unknown: 'key_gone',
  key_unusable: 'key_gone',
  record_malformed: 'broken_seal',
  seal_broken: 'broken_seal',
  context_malformed: 'input',
  random_failed: 'unavailable',
  engine_unavailable: 'input',
  engine_full: 'unavailable',
  engine_failed: 'unavailable',
  input_malformed: 'input',
  input_too_large: 'input',
};

export class CryptoError extends CodedError<CryptoErrorCode> {
  constructor(code: CryptoErrorCode, message: string, options?: ErrorOptions) {
    super(code, kinds[code], message, options);
  }
}
