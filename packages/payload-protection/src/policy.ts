// A policy: what of a payload is sealed, checked and compiled once.

import { KnownMembers } from './known-members.ts';
import { createKnownNames, type KnownNames } from './known-names.ts';
import { isMaskName, type MaskName } from './mask.ts';
import { compileSelectors, type Matcher } from './matcher.ts';
import { pointerToken } from './pointer.ts';
import type { PolicyOptions } from './policy-options.ts';
import { type ParsedSelector, parseSelector } from './selector.ts';
import type { Selector } from './selector-types.ts';
import { type Label, labelOf } from './take.ts';
import { isWellFormed } from './well-formed.ts';

declare const payloadType: unique symbol;
declare const sealedType: unique symbol;
export const compiled: unique symbol = Symbol('compiled policy');

/** What the walks need of a policy. */
export interface CompiledPolicy {
  readonly selectors: readonly ParsedSelector[];
  readonly matcher: Matcher | undefined;
  /** By selector position; empty where the policy has no masks. */
  readonly masks: readonly (MaskName | undefined)[];
  /** By selector position: the place, where a selector names one outright. */
  readonly labels: readonly (Label | undefined)[];
  readonly labelOf: ReadonlyMap<string, Label>;
  /** Every selector has a label. */
  readonly fixed: boolean;
  /** Of the payloads that were sealed under the policy, mostly of one type. */
  readonly names: KnownNames;
  /** Likewise, and of those that were opened: a database gives members back in another order. */
  readonly members: { readonly given: KnownMembers; readonly stored: KnownMembers };
}

/** A checked policy; make it once with `definePolicy` or `policyFor` and share it. */
export interface Policy<Payload = unknown, Sealed extends string = string> {
  readonly piiFields: readonly string[];
  readonly autoDetect: boolean | 'report';
  readonly keyId: string;
  readonly padding: boolean;
  readonly bindClear: boolean;
  /** Undefined where compression is off. */
  readonly compressAboveBytes: number | undefined;
  readonly [compiled]: CompiledPolicy;
  readonly [payloadType]?: Payload;
  readonly [sealedType]?: Sealed;
}

const optionNames = ['piiFields', 'autoDetect', 'keyId', 'compression', 'padding', 'bindClear', 'masks'];

function expectBoolean(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') throw new TypeError(`${name}: expected true or false`);
}

function checkOptions(options: PolicyOptions): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('definePolicy: expected an options object');
  for (const name of Object.keys(options)) {
    if (!optionNames.includes(name)) throw new TypeError(`definePolicy: no option ${JSON.stringify(name)}`);
  }
  const { piiFields, autoDetect, keyId } = options;
  if (piiFields !== undefined && !Array.isArray(piiFields)) throw new TypeError('piiFields: expected an array');
  if (autoDetect !== 'report') expectBoolean('autoDetect', autoDetect);
  expectBoolean('padding', options.padding);
  expectBoolean('bindClear', options.bindClear);
  if (keyId !== undefined && (typeof keyId !== 'string' || keyId === '' || !isWellFormed(keyId))) {
    throw new TypeError('keyId: expected a non-empty, well-formed string');
  }
  if (piiFields === undefined && !autoDetect) {
    throw new TypeError('definePolicy: say what is personal: piiFields (may be empty), autoDetect, or both');
  }
}

function compressAbove(compression: PolicyOptions['compression']): number | undefined {
  if (compression === undefined || compression === false) return undefined;
  const thresholdBytes = compression === true ? 1024 : (compression.thresholdBytes ?? 1024);
  if (!Number.isSafeInteger(thresholdBytes) || thresholdBytes < 0) {
    throw new RangeError('compression.thresholdBytes: expected a whole number of bytes, 0 or more');
  }
  return thresholdBytes;
}

function compileMasks(selectors: readonly ParsedSelector[], masks: PolicyOptions['masks']): (MaskName | undefined)[] {
  const byPosition: (MaskName | undefined)[] = [];
  for (const [source, mask] of Object.entries(masks ?? {})) {
    const position = selectors.findIndex((selector) => selector.source === source);
    if (position < 0) throw new RangeError(`masks: ${JSON.stringify(source)} is not in piiFields`);
    if (!isMaskName(mask))
      throw new RangeError(`masks: no mask ${JSON.stringify(mask)}; there are last4, email_domain`);
    byPosition[position] = mask;
  }
  return byPosition;
}

function fixedLabel({ steps }: ParsedSelector): Label | undefined {
  let pointer = '';
  for (const step of steps) {
    if (typeof step === 'string') return undefined;
    pointer += pointerToken(step.name);
  }
  return labelOf(pointer);
}

/** For a payload of any type. TypeError or RangeError at once for what can never work. */
export function definePolicy<const S extends string = never>(options: PolicyOptions<S>): Policy<unknown, S> {
  checkOptions(options);
  const piiFields: readonly string[] = [...new Set<string>(options.piiFields)];
  const selectors = piiFields.map(parseSelector);
  const labels = selectors.map(fixedLabel);
  return Object.freeze({
    piiFields: Object.freeze(piiFields),
    autoDetect: options.autoDetect ?? false,
    keyId: options.keyId ?? 'default',
    padding: options.padding ?? false,
    bindClear: options.bindClear ?? true,
    compressAboveBytes: compressAbove(options.compression),
    [compiled]: {
      selectors,
      matcher: compileSelectors(selectors),
      masks: compileMasks(selectors, options.masks),
      labels,
      labelOf: new Map(labels.flatMap((label) => (label === undefined ? [] : [[label.pointer, label]]))),
      fixed: labels.every((label) => label !== undefined),
      names: createKnownNames(),
      members: { given: new KnownMembers(), stored: new KnownMembers() },
    },
  });
}

/**
 * For a payload of type `Payload`, whose selectors the compiler then checks: `policyFor<Payment>()({ piiFields: [...] })`.
 * Mind the two calls, `()()`: TypeScript infers the selectors only where no type argument is given.
 */
export function policyFor<Payload>(): <const S extends Selector<Payload>>(
  options: PolicyOptions<S>,
) => Policy<Payload, S> {
  return definePolicy as <const S extends Selector<Payload>>(options: PolicyOptions<S>) => Policy<Payload, S>;
}

/** TypeError for a policy that `definePolicy` did not make. */
export function compiledPolicy(policy: Policy): CompiledPolicy {
  const inner = policy?.[compiled];
  if (inner === undefined) throw new TypeError('expected a policy made by definePolicy or policyFor');
  return inner;
}
