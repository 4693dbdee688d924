/** TypeError for a name that is no option: a misspelt `policy` or `retention` must not mean "in clear" or "for ever". */
export function requireKnown(what: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`${what} has no option ${JSON.stringify(unknown)}; it has ${names.join(', ')}.`);
}
