// Selectors: dotted paths in which `*` stands for one level and `**` for any number, with `\` to escape.
import { isWellFormed } from './well-formed.ts';

/** One level of a selector. */
export type Step = { readonly name: string } | 'one' | 'any';

export interface ParsedSelector {
  /** As it was written. */
  readonly source: string;
  readonly steps: readonly Step[];
  /** Ends in `?`: may match nothing. */
  readonly optional: boolean;
}

function malformed(source: string, why: string): never {
  throw new RangeError(`piiFields: ${JSON.stringify(source)}: ${why}`);
}

/** RangeError for what is no selector. */
export function parseSelector(source: string): ParsedSelector {
  if (typeof source !== 'string') throw new TypeError(`piiFields: expected strings, got ${typeof source}`);
  if (!isWellFormed(source)) malformed(source, 'holds a lone surrogate');
  // An escaped character is part of a name; `?` counts only as the last character, unescaped.
  const tokens = source.match(/\\.|./gsu) ?? [];
  const optional = tokens.at(-1) === '?';
  if (optional) tokens.pop();
  if (tokens.at(-1) === '\\') malformed(source, 'nothing follows the last backslash');

  const segments: string[][] = [[]];
  for (const token of tokens) {
    if (token === '.') segments.push([]);
    else segments.at(-1)!.push(token);
  }
  const steps = segments.map((segment) => parseSegment(source, segment));
  if (steps.at(-1) === 'any') malformed(source, 'ends in **; name the object itself, which seals all of it');
  if (steps.some((step, i) => step === 'any' && steps[i + 1] === 'any')) malformed(source, 'has ** twice in a row');
  return { source, steps, optional };
}

function parseSegment(source: string, tokens: readonly string[]): Step {
  const text = tokens.join('');
  if (text === '*') return 'one';
  if (text === '**') return 'any';
  if (text === '') malformed(source, 'has an empty name (a.b, items.*.card, **.ssn)');
  if (tokens.includes('*')) malformed(source, '* must stand alone between dots; write \\* for a star in a name');
  if (tokens.includes('?')) malformed(source, '? may only end a selector; write \\? for one in a name');
  return { name: tokens.map((token) => (token.length > 1 && token[0] === '\\' ? token.slice(1) : token)).join('') };
}
