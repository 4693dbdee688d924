import type { JsonValue } from './json.ts';

/** One find in a JSON value. */
export interface Finding {
  /** JSON Pointer (RFC 6901) of the value to seal; `''` is the whole payload. */
  readonly pointer: string;
  readonly kind: string;
}

/** One find in a text, in UTF-16 code units, `end` exclusive. */
export interface TextFinding {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

/** What finds personal data. `@hammerwork/pii-detector` as a namespace import is one. */
export interface Detector {
  detect(value: JsonValue): readonly Finding[];
  detectText(text: string): readonly TextFinding[];
}
