import type { JsonValue } from './json.ts';
import { arrayIndex, parsePointer } from './pointer.ts';

/** What a JSON Pointer names in `root`; undefined where that does not exist. Only own members count. */
export function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const token of parsePointer(pointer) ?? [pointer]) {
    if (typeof value !== 'object' || value === null) return undefined;
    const key: string | number | undefined = Array.isArray(value) ? arrayIndex(token) : token;
    if (key === undefined || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, JsonValue>)[key];
  }
  return value;
}
