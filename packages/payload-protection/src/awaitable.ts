/** A value at once where the key is cached, a promise where it has to be loaded. */
export type Awaitable<T> = T | Promise<T>;

/** Goes on at once with a value, later with a promise. */
export function after<T, R>(value: Awaitable<T>, next: (value: T) => R): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
