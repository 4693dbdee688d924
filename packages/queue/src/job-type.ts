// What a kind of job is: its policy, its life, and the types of what goes in and comes out.
import { assertKnown } from '@hammerwork/crypto-core/known-options';
import type { JsonValue, Policy } from '@hammerwork/payload-protection';
import { type Backoff, defaultBackoff } from './backoff.ts';
import type { RetentionPolicy } from './retention.ts';

declare const resultType: unique symbol;

export interface JobTypeOptions<Payload> {
  /** Name of the kind, bound to every sealed record of such a job. 1 to 255 characters. */
  readonly kind: string;
  /** Queue that `enqueue` uses unless told otherwise. Default `'default'`. */
  readonly queueName?: string;
  /**
   * What is sealed. With a policy every job of this kind has a sealed record, and its results, errors and progress are
   * sealed as well. Workers demand what their own policy says, whatever a row claims. `'none'` only where nothing is
   * personal: payload and results are then stored as they are. There is no default, since forgetting it would be one.
   */
  readonly policy: Policy<Payload, string> | 'none';
  readonly retention?: RetentionPolicy;
  /** Attempts before the dead letter, 1 to 1000. Default 5. */
  readonly maxAttempts?: number;
  readonly backoff?: Partial<Backoff>;
  /**
   * Milliseconds after which an attempt is aborted and has failed. Default an hour: the lease of a handler that hangs is
   * renewed for as long as its process lives, and its slot is lost. `Infinity` for handlers that end by themselves.
   */
  readonly timeoutMs?: number;
}

export interface JobType<Payload = JsonValue, Result = unknown> {
  readonly kind: string;
  readonly queueName: string;
  /** Undefined: none. */
  readonly policy: Policy<Payload, string> | undefined;
  readonly retention: RetentionPolicy | undefined;
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  /** `Infinity` where there is no limit. */
  readonly timeoutMs: number;
  readonly [resultType]?: Result;
}

/** Nothing, or a property that nobody has, whose name is the compiler's message. */
type OnlyJson<Payload> = [Payload] extends [Storable<Payload>]
  ? unknown
  : { readonly 'The payload has what is no JSON: dates, bigints, undefined, functions or instances of classes': never };

/** `T`, with `never` in place of what JSON drops or makes something else of. */
type Storable<T> = unknown extends T
  ? T
  : T extends JsonValue
    ? T
    : T extends object
      ? T extends (...parameters: never) => unknown
        ? never
        : { [Name in keyof T]: Storable<T[Name]> }
      : never;

/** Any job type, for places that do not care for its payload. */
// biome-ignore lint/suspicious/noExplicitAny: Payload stands in both directions
export type AnyJobType = JobType<any, any>;

const optionNames = ['kind', 'queueName', 'policy', 'retention', 'maxAttempts', 'backoff', 'timeoutMs'];

const hourMs = 3_600_000;

/** By its shape: kinds without a policy load nothing of `@hammerwork/payload-protection`, which looks again. */
function isPolicy(policy: unknown): boolean {
  const { piiFields, keyId } = (policy ?? {}) as Partial<Policy>;
  return Array.isArray(piiFields) && typeof keyId === 'string';
}

/** Defines a kind of job, once, for producers and workers alike. TypeError or RangeError for what cannot work. */
export function defineJobType<Payload = JsonValue, Result = unknown>(
  options: JobTypeOptions<Payload> & OnlyJson<Payload>,
): JobType<Payload, Result> {
  assertKnown('A job type', options, optionNames);
  const { kind, queueName = 'default', policy, retention, maxAttempts = 5, timeoutMs = hourMs } = options;
  requireName('kind', kind);
  requireName('queueName', queueName);
  if (policy !== 'none' && !isPolicy(policy))
    throw new TypeError(
      `policy of ${kind} must come from definePolicy or policyFor. Say 'none' only where nothing in it is personal.`,
    );
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 1000)
    throw new RangeError(`maxAttempts of ${kind} must be an integer from 1 to 1000; got ${maxAttempts}.`);
  if (timeoutMs !== Number.POSITIVE_INFINITY && !(timeoutMs > 0 && timeoutMs < 2 ** 31))
    throw new RangeError(`timeoutMs of ${kind} must be above 0 and below 2^31, or Infinity; got ${timeoutMs}.`);
  if (options.backoff) assertKnown(`backoff of ${kind}`, options.backoff, Object.keys(defaultBackoff));
  const backoff = { ...defaultBackoff, ...options.backoff };
  if (!(backoff.initialMs > 0 && backoff.maxMs >= backoff.initialMs))
    throw new RangeError(`backoff of ${kind} needs 0 < initialMs <= maxMs.`);
  return {
    kind,
    queueName,
    policy: policy === 'none' ? undefined : policy,
    retention,
    maxAttempts,
    backoff,
    timeoutMs,
  };
}

export function requireName(what: string, name: string): void {
  if (typeof name !== 'string' || name.length < 1 || name.length > 255 || /\p{Surrogate}|\0/u.test(name))
    throw new TypeError(`${what} must be a text of 1 to 255 characters.`);
}
