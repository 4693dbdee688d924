// Types that follow a policy: which selectors a payload type allows, and what is left of it when they are sealed.
import type { JsonValue } from './json.ts';

type Primitive = string | number | boolean | null | undefined;
type Depth = [never, 0, 1, 2, 3, 4, 5];

type Member<T> = T extends readonly unknown[] ? never : T extends object ? keyof T & string : never;

type Path<T, D extends number> = [D] extends [never]
  ? never
  : T extends Primitive
    ? never
    : T extends readonly (infer E)[]
      ? '*' | `${number}` | `${'*' | number}.${Path<E, Depth[D]>}`
      : T extends object
        ? '*' | { [K in keyof T & string]: K | `${K | '*'}.${Path<T[K], Depth[D]>}` }[keyof T & string]
        : never;

type Name<T, D extends number> = [D] extends [never]
  ? never
  : T extends Primitive
    ? never
    : T extends readonly (infer E)[]
      ? Name<E, Depth[D]>
      : T extends object
        ? Member<T> | { [K in keyof T]: Name<T[K], Depth[D]> }[keyof T]
        : never;

type Anywhere<T> = Path<T, 5> | `**.${Name<T, 5>}`;

/** The selectors that fit payload type `T`, to five levels. `**` reaches members by name. Any string for `unknown`. */
export type Selector<T> = unknown extends T ? string : Anywhere<T> | `${Anywhere<T>}?`;

type Bare<S> = S extends `${infer P}?` ? P : S;

// What remains of selectors S below member K.
type Below<S, K> = S extends `**.${infer R}`
  ? S | Below<R, K>
  : S extends `${infer H}.${infer R}`
    ? H extends K | '*'
      ? R
      : never
    : never;

type Ends<S> = S extends `**.${infer R}` ? Ends<R> : S extends `${string}.${string}` ? never : S;

type Clear<T, S extends string> = [S] extends [never]
  ? T
  : T extends Primitive
    ? T
    : T extends readonly (infer E)[]
      ? ClearElement<E, S>[]
      : { [K in keyof T as K extends Ends<S> ? never : '*' extends Ends<S> ? never : K]: Clear<T[K], Below<S, K>> };

// An index names one element of many, so that each element may be either.
type ClearElement<E, S extends string> =
  '*' extends Ends<S>
    ? null
    : Clear<E, Below<S, never>> | AtIndex<E, S, BelowIndex<S>> | (Ends<S> extends infer N ? IndexNull<N> : never);

type BelowIndex<S> = S extends `${infer H}.${infer R}` ? (H extends `${number}` ? R : never) : never;

type AtIndex<E, S extends string, R extends string> = [R] extends [never] ? never : Clear<E, R | Below<S, never>>;

type IndexNull<N> = N extends `${number}` ? null : never;

/** `T` without what `Sealed` names: a sealed member is absent, a sealed element is null. */
export type ClearPayload<T, Sealed extends string> = unknown extends T
  ? JsonValue
  : string extends Sealed
    ? JsonValue
    : Clear<T, Bare<Sealed> & string>;

/** What opening gives back: `T`, or any JSON value where the policy names no payload type. */
export type OpenedPayload<T> = unknown extends T ? JsonValue : T;
