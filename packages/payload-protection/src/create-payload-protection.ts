// Puts the pieces together: the walks are synchronous, and only a key that is not cached makes a call wait.
import type { Context } from '@hammerwork/crypto-core';
import { type Awaitable, after } from './awaitable.ts';
import { createScratch } from './byte-writer.ts';
import { bindClear, checkContext } from './clear-binding.ts';
import { isMarkedClear, markClear } from './clear-mark.ts';
import { countKinds, type Detection, placesOf } from './detector.ts';
import { ProtectionError } from './errors.ts';
import type { JsonValue } from './json.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { PayloadProtection, PayloadProtectionOptions, SealedPayload, Stored } from './payload-protection.ts';
import { malformed } from './plaintext.ts';
import { type CompiledPolicy, compiledPolicy, type Policy } from './policy.ts';
import { demandPointers, restoreValues } from './restore.ts';
import { createScrubber } from './scrubber.ts';
import { demandRecord, type Means, openValues, sealValues } from './sealed-values.ts';
import { checkJson, copyJson, type Taken, takeValues } from './take.ts';
import { valueAt } from './value-at.ts';

const optionNames = ['crypto', 'keyRing', 'detector', 'limits'];

/** TypeError or RangeError for options that cannot work. */
export function createPayloadProtection(options: PayloadProtectionOptions): PayloadProtection {
  const { crypto, keyRing, detector } = options;
  if (crypto === undefined || keyRing === undefined) throw new TypeError('expected options with crypto and keyRing');
  for (const name of Object.keys(options)) {
    if (!optionNames.includes(name)) throw new TypeError(`createPayloadProtection: no option ${JSON.stringify(name)}`);
  }
  const limits = checkLimits(options.limits ?? {});
  const scratch = createScratch();
  const storedLimits = {
    limits: { maxDepth: limits.maxDepth, maxValues: Number.POSITIVE_INFINITY },
    maxBytes: Number.POSITIVE_INFINITY,
  };
  const means: Means = { crypto, keyRing, limits, scratch };

  function seal(given: unknown, policy: Policy, context: Context): Awaitable<SealedPayload> {
    const inner = compiledPolicy(policy);
    const checking = { limits, names: inner.names };
    checkContext(context);
    refuseSealed(given);
    // What is searched is what is sealed, whatever a getter answers later.
    const payload = policy.autoDetect === false ? given : copyJson(given, checking);
    const detection = policy.autoDetect === false ? undefined : detect(payload as JsonValue);
    const found = policy.autoDetect === true ? placesOf(payload as JsonValue, detection!) : undefined;
    const { matcher: selected, masks, labels } = inner;
    // Where the clear payload is written out for its digest, it is checked on the way.
    const taken = takeValues(payload, { ...checking, clearLater: policy.bindClear, selected, found, masks, labels });
    const unmatched = findUnmatched(inner, taken.matched);
    if (unmatched !== undefined) {
      checkJson(taken.clear, checking, 'storable'); // what is no JSON is the graver mistake
      throw unmatchedSelector(unmatched);
    }

    const record = sealValues(taken.values, policy, bindTaken(context, policy, taken.clear), means);
    const report = policy.autoDetect === 'report' ? countKinds(detection!) : undefined;
    if (!(record instanceof Promise)) return finish(taken, taken.clear, record, report);
    // While the key is loaded the caller may change the payload, parts of which are in the clear one.
    const clear = JSON.parse(JSON.stringify(taken.clear)) as JsonValue;
    return record.then((loaded) => finish(taken, clear, loaded, report));
  }

  function finish(taken: Taken, clear: JsonValue, record: Uint8Array, report: SealedPayload['report']): SealedPayload {
    const { pointers } = taken;
    if (pointers.length > 0 && clear !== null) markClear(clear as object);
    const handles = [record.subarray(4, 12)];
    return report === undefined ? { clear, record, pointers, handles } : { clear, record, pointers, handles, report };
  }

  function open(stored: Stored, policy: Policy, context: Context): Awaitable<JsonValue> {
    const inner = compiledPolicy(policy);
    checkContext(context);
    const clear = stored.clear as JsonValue;
    const record = demandRecord(stored.record);
    return after(openValues(record, bind(context, policy, clear), means), (values) => {
      demandPointers(stored.pointers, Object.keys(values));
      return restoreValues(clear, values, { policy: inner, maxDepth: limits.maxDepth });
    });
  }

  function bind(context: Context, policy: Policy, clear: JsonValue): Context {
    if (!policy.bindClear) return context;
    const known = compiledPolicy(policy).members.stored;
    return bindClear(context, clear, { crypto, scratch, ...storedLimits, known });
  }

  // A text of this many bytes has no more characters. What does not fit is read again, to say where the payload is wrong
  // or to find that it is not.
  function bindTaken(context: Context, policy: Policy, clear: JsonValue): Context {
    if (!policy.bindClear) return context;
    const { names, members } = compiledPolicy(policy);
    try {
      const maxBytes = limits.maxTextUnits;
      return bindClear(context, clear, { crypto, scratch, limits, maxBytes, known: members.given });
    } catch {
      checkJson(clear, { limits, names }, 'storable');
      return bind(context, policy, clear);
    }
  }

  function detect(payload: JsonValue): Detection {
    if (detector === undefined) {
      throw new TypeError(
        'the policy has autoDetect: give createPayloadProtection a detector, such as @hammerwork/pii-detector',
      );
    }
    return detector.detect(payload);
  }

  function sealValue(value: unknown, policy: Policy, context: Context): Awaitable<Uint8Array> {
    const { names } = compiledPolicy(policy);
    checkContext(context);
    checkJson(value, { limits, names }, 'sealed');
    return sealValues([{ member: '"":', value }], policy, context, means);
  }

  function openValue(record: Uint8Array | null | undefined, policy: Policy, context: Context): Awaitable<JsonValue> {
    compiledPolicy(policy);
    checkContext(context);
    return after(openValues(demandRecord(record), context, means), (values) => {
      const pointers = Object.keys(values);
      if (pointers.length !== 1 || pointers[0] !== '') throw malformed('is not one whole value');
      return values['']!;
    });
  }

  return {
    seal: seal as PayloadProtection['seal'],
    open: open as PayloadProtection['open'],
    sealValue,
    openValue,
    scrubber(payload, pointers) {
      const values = pointers.map((pointer) => valueAt(payload as JsonValue, pointer));
      return createScrubber(
        values.filter((value) => value !== undefined),
        detector,
      );
    },
  };
}

function checkLimits(given: Partial<Limits>): Limits {
  const limits = { ...defaultLimits, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(defaultLimits, name)) throw new TypeError(`limits: no limit ${JSON.stringify(name)}`);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`limits.${name}: expected a whole number, 1 or more`);
  }
  if (limits.maxDepth > 1000)
    throw new RangeError('limits.maxDepth: at most 1000, which the walks can take without overflow');
  return limits;
}

function refuseSealed(payload: unknown): void {
  if (typeof payload !== 'object' || payload === null) return;
  const isSealed = 'record' in payload && payload.record instanceof Uint8Array && 'pointers' in payload;
  if (!isSealed && !isMarkedClear(payload)) return;
  throw new ProtectionError(
    'already_sealed',
    'this is a sealed payload; a retry stores it as it is, a new job seals the opened payload',
  );
}

/** The first selector that has to match and did not. */
function findUnmatched({ selectors }: CompiledPolicy, matched: readonly boolean[]): string | undefined {
  for (let i = 0; i < selectors.length; i++) {
    if (matched[i] !== true && !selectors[i]!.optional) return selectors[i]!.source;
  }
  return undefined;
}

function unmatchedSelector(source: string): ProtectionError {
  return new ProtectionError(
    'selector_unmatched',
    `piiFields ${JSON.stringify(source)} matches nothing in the payload; correct the name, or end it in ? if it may be absent`,
  );
}
