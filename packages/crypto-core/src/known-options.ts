// Refuses names that are no option: a misspelt `policy`, `unchecked` or `expectedVersion` must not pass for none. Here beside
// the errors, which the packages above share as well.

/** TypeError for a name of `options` that is none of `names`. */
export function assertKnown(what: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`${what} has no option ${JSON.stringify(unknown)}; it has ${names.join(', ')}.`);
}
