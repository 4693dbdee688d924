// The port to what finds personal data; `@hammerwork/pii-detector` as a namespace import fits it.
import type { JsonValue } from './json.ts';
import { compilePaths, type Matcher } from './matcher.ts';
import { parsePointer } from './pointer.ts';
import { valueAt } from './value-at.ts';

/** One find in a JSON value. */
export interface Finding {
  /** JSON Pointer (RFC 6901) of the value to seal; `''` is the whole payload. */
  readonly pointer: string;
  readonly kind: string;
}

export interface Detection {
  readonly findings: readonly Finding[];
  /** Parts that could not be searched. They are sealed as if something had been found there. */
  readonly unscannable: readonly { readonly pointer: string }[];
}

/** One find in a text, in UTF-16 code units, `end` exclusive. */
export interface TextFinding {
  readonly start: number;
  readonly end: number;
}

export interface Detector {
  detect(value: JsonValue): Detection;
  detectText(text: string): { readonly findings: readonly TextFinding[]; readonly unscannable: readonly unknown[] };
}

/** Where the finds are, for a walk. */
export function placesOf(payload: JsonValue, { findings, unscannable }: Detection): Matcher | undefined {
  return compilePaths(
    [...findings, ...unscannable].map(({ pointer }) => {
      const path = parsePointer(pointer);
      // What cannot be resolved could not be sealed.
      if (path === undefined || valueAt(payload, pointer) === undefined) {
        throw new TypeError('the detector reported a place that the payload does not have');
      }
      return path;
    }),
  );
}

/** How many finds of each kind. */
export function countKinds({ findings, unscannable }: Detection): Record<string, number> {
  const counts: Record<string, number> = Object.create(null);
  for (const { kind } of findings) counts[kind] = (counts[kind] ?? 0) + 1;
  if (unscannable.length > 0) counts.unscannable = unscannable.length;
  return counts;
}
