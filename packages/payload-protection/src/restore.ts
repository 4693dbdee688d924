// The way back: puts opened values into a clear payload, and demands what the reader's own policy says.
import { ProtectionError } from './errors.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { maskOf } from './mask.ts';
import { descend, type Matcher } from './matcher.ts';
import { malformed } from './plaintext.ts';
import { arrayIndex, describePointer, parsePointer, pointerToken } from './pointer.ts';
import type { CompiledPolicy } from './policy.ts';

type Container = JsonValue[] | Record<string, JsonValue>;

/** Errors: `pointers_differ` unless both name the same places, each once. */
export function demandPointers(stored: readonly string[], sealed: readonly string[]): void {
  if (stored.length === sealed.length) {
    let same = 0;
    while (same < sealed.length && sealed[same] === stored[same]) same++;
    if (same === sealed.length) return;
    const names = new Set(stored);
    if (names.size === sealed.length && sealed.every((pointer) => names.has(pointer))) return;
  }
  throw new ProtectionError(
    'pointers_differ',
    `the list beside the record names ${stored.length} sealed places, the record ${sealed.length}, and they are not the same: the row was changed`,
  );
}

export interface RestoreOptions {
  readonly policy: CompiledPolicy;
  readonly maxDepth: number;
}

/**
 * A copy of `clear` with `values` in their places; `clear` is not changed.
 * Errors: `clear_changed`, `field_not_sealed`, `clear_malformed`, `plaintext_malformed`.
 */
export function restoreValues(clear: JsonValue, values: JsonObject, options: RestoreOptions): JsonValue {
  const pointers = Object.keys(values);
  const whole = restoreFixed(clear, pointers, values, options.policy);
  if (whole !== undefined) return whole;
  const owned = new Set<object>();
  let payload = clear;
  for (const pointer of pointers) payload = putBack(payload, pointer, { value: values[pointer]!, owned, options });
  demandFields(payload, values, options);
  return payload;
}

/**
 * The short way: every selector names one place and each of these is sealed, so that the policy's own tree leads to them.
 * Undefined where anything is unusual, which is then done, or refused, the long way.
 */
function restoreFixed(
  clear: JsonValue,
  pointers: readonly string[],
  values: JsonObject,
  { fixed, labels, masks, matcher }: CompiledPolicy,
): JsonValue | undefined {
  if (!fixed || masks.length > 0 || matcher === undefined || pointers.length !== labels.length) return undefined;
  for (let i = 0; i < labels.length; i++) if (!Object.hasOwn(values, labels[i]!.pointer)) return undefined;
  return fill(clear, matcher);

  function fill(found: JsonValue, { steps }: Matcher): JsonValue | undefined {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
    const copy = { ...(found as JsonObject) };
    for (let i = 0; i < steps.length; i++) {
      const { name, next } = steps[i]!;
      if (!Object.hasOwn(copy, name)) return undefined;
      const member = copy[name]!;
      const [end] = next.ends;
      const is = end === undefined ? fill(member, next) : member === null ? values[labels[end]!.pointer] : undefined;
      if (is === undefined || is === null) return undefined;
      (copy as Record<string, JsonValue>)[name] = is;
    }
    return copy;
  }
}

interface Put {
  readonly value: JsonValue;
  /** Containers that were copied for this call and may be written. */
  readonly owned: Set<object>;
  readonly options: RestoreOptions;
}

function putBack(root: JsonValue, pointer: string, put: Put): JsonValue {
  const tokens = put.options.policy.labelOf.get(pointer)?.tokens ?? parsePointer(pointer);
  if (tokens === undefined || put.value === null) throw malformed('names a place or value that is never sealed');
  if (tokens.length === 0) {
    demandClear(root, pointer, put);
    return put.value;
  }
  const top = own(root, pointer, put.owned);
  let container = top;
  for (let i = 0; ; i++) {
    const key = memberKey(container, tokens[i]!);
    if (key === undefined) throw changed(pointer, 'is missing');
    const member = (container as Record<string | number, JsonValue>)[key]!;
    if (i === tokens.length - 1) {
      demandClear(member, pointer, put);
      (container as Record<string | number, JsonValue>)[key] = put.value;
      return top as JsonValue;
    }
    const next = own(member, pointer, put.owned);
    (container as Record<string | number, JsonValue>)[key] = next;
    container = next;
  }
}

// Only own members count, so that `__proto__` and `constructor` are names like any other: a name that exists as an own
// data member is also safe to assign to.
function memberKey(container: Container, token: string): string | number | undefined {
  if (!Array.isArray(container)) return Object.hasOwn(container, token) ? token : undefined;
  const index = arrayIndex(token);
  return index !== undefined && index < container.length ? index : undefined;
}

function own(value: JsonValue, pointer: string, owned: Set<object>): Container {
  if (typeof value !== 'object' || value === null) throw changed(pointer, 'is missing');
  if (owned.has(value)) return value as Container;
  const copy = Array.isArray(value) ? value.slice() : { ...(value as Record<string, JsonValue>) };
  owned.add(copy);
  return copy;
}

function demandClear(found: JsonValue, pointer: string, { value, options }: Put): void {
  if (found === null || found === maskAt(pointer, value, options.policy)) return;
  throw changed(pointer, 'is neither null nor the mask of what was sealed');
}

function maskAt(pointer: string, value: JsonValue, policy: CompiledPolicy): string | undefined {
  if (policy.masks.length === 0) return undefined;
  let place = policy.matcher;
  for (const token of parsePointer(pointer) ?? []) place = place && descend(place, token);
  const mask = place?.ends.map((end) => policy.masks[end]).find((name) => name !== undefined);
  return (mask && maskOf(mask, value)) ?? undefined;
}

function changed(pointer: string, how: string): ProtectionError {
  return new ProtectionError(
    'clear_changed',
    `the clear payload was changed: the place of the sealed value ${describePointer(pointer)} ${how}`,
  );
}

/** Every declared field has to exist and to come from the record. Errors: `field_not_sealed`, `clear_malformed`. */
function demandFields(payload: JsonValue, values: JsonObject, { policy, maxDepth }: RestoreOptions): void {
  const { fixed, labels, matcher, selectors } = policy;
  if (matcher === undefined) return;
  // What the record holds is in the payload by now: a policy of fixed places needs no search for them.
  if (fixed && labels.every((label) => Object.hasOwn(values, label!.pointer))) return;
  const matched: boolean[] = [];

  function visit(value: JsonValue, place: Matcher, pointer: string, sealed: boolean): void {
    const isSealed = sealed || Object.hasOwn(values, pointer);
    for (const end of place.ends) {
      matched[end] = true;
      if (!isSealed && value !== null) throw inClear(selectors[end]!.source, pointer);
    }
    if (typeof value !== 'object' || value === null) return;
    if (depth++ >= maxDepth)
      throw new ProtectionError('clear_malformed', `the payload is nested deeper than ${maxDepth} levels`);
    for (const name of Object.keys(value)) {
      const next = descend(place, name);
      if (next !== undefined) visit((value as JsonObject)[name]!, next, pointer + pointerToken(name), isSealed);
    }
    depth--;
  }

  let depth = 0;
  visit(payload, matcher, '', false);
  for (const [i, selector] of selectors.entries()) {
    if (!selector.optional && matched[i] !== true) throw missing(selector.source);
  }
}

function inClear(selector: string, pointer: string): ProtectionError {
  return new ProtectionError(
    'field_not_sealed',
    `${describePointer(pointer)} lies in clear, but the policy seals it (piiFields ${JSON.stringify(selector)}); it was written under another policy, or changed`,
  );
}

function missing(selector: string): ProtectionError {
  return new ProtectionError(
    'field_not_sealed',
    `the policy demands a sealed field for piiFields ${JSON.stringify(selector)} and there is none; end the selector in ? if it may be absent`,
  );
}
