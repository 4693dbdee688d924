// All selectors of a policy as one automaton over member names, so that a payload is walked once, with one lookup per
// member, whatever the number of selectors. Built by subset construction when the policy is defined.
import type { ParsedSelector } from './selector.ts';

/** Where a walk stands. Undefined stands for "nothing below can match". */
export interface Matcher {
  readonly names: ReadonlyMap<string, Matcher>;
  /** The same, for who looks for these names alone. */
  readonly steps: readonly MatcherStep[];
  /** For every name that is not in `names`. */
  readonly other: Matcher | undefined;
  /** Positions of the selectors that match this very place. */
  readonly ends: readonly number[];
}

export interface MatcherStep {
  readonly name: string;
  readonly next: Matcher;
}

interface OpenMatcher {
  names: Map<string, Matcher>;
  steps: MatcherStep[];
  other: Matcher | undefined;
  ends: number[];
}

function newMatcher(): OpenMatcher {
  return { names: new Map(), steps: [], other: undefined, ends: [] };
}

function addStep<M extends Matcher>(state: OpenMatcher, name: string, next: M): M {
  state.names.set(name, next);
  state.steps.push({ name, next });
  return next;
}

/** How far a selector has matched. */
interface Item {
  readonly selector: number;
  readonly step: number;
}

const maxStates = 10_000;

/** The place below `matcher` that `name` leads to. */
export function descend(matcher: Matcher, name: string): Matcher | undefined {
  return matcher.names.get(name) ?? matcher.other;
}

/** RangeError where the selectors make more than 10,000 states (many `**` in one selector do). */
export function compileSelectors(selectors: readonly ParsedSelector[]): Matcher | undefined {
  const states = new Map<string, OpenMatcher>();
  const start = selectors.map((_, selector) => ({ selector, step: 0 }));

  /** States whose steps are still to be filled in. A list and no recursion: there may be more of them than stack. */
  const open: { readonly state: OpenMatcher; readonly items: readonly Item[] }[] = [];

  function stateOf(items: readonly Item[]): OpenMatcher | undefined {
    const all = withSkippedLevels(selectors, items);
    if (all.length === 0) return undefined;
    const key = all.map((item) => `${item.selector}:${item.step}`).join();
    const known = states.get(key);
    if (known !== undefined) return known;
    if (states.size >= maxStates)
      throw new RangeError('piiFields: too many ** in these selectors; name the places instead');

    const state = newMatcher();
    states.set(key, state);
    open.push({ state, items: all });
    return state;
  }

  const root = stateOf(start);
  for (const { state, items } of open) {
    const names = new Set<string>();
    for (const { selector, step } of items) {
      const next = selectors[selector]!.steps[step];
      if (next === undefined) state.ends.push(selector);
      else if (typeof next === 'object') names.add(next.name);
    }
    for (const name of names) addStep(state, name, stateOf(advance(selectors, items, name))!);
    state.other = stateOf(advance(selectors, items, undefined));
  }
  return root;
}

// `**` may stand for no level at all.
function withSkippedLevels(selectors: readonly ParsedSelector[], items: readonly Item[]): Item[] {
  const all = new Map<string, Item>();
  for (const item of items) {
    all.set(`${item.selector}:${item.step}`, item);
    if (selectors[item.selector]!.steps[item.step] !== 'any') continue;
    all.set(`${item.selector}:${item.step + 1}`, { selector: item.selector, step: item.step + 1 });
  }
  return [...all.values()].sort((a, b) => a.selector - b.selector || a.step - b.step);
}

function advance(selectors: readonly ParsedSelector[], items: readonly Item[], name: string | undefined): Item[] {
  const next: Item[] = [];
  for (const { selector, step } of items) {
    const at = selectors[selector]!.steps[step];
    if (at === undefined) continue;
    if (at === 'any') next.push({ selector, step });
    else if (at === 'one' || at.name === name) next.push({ selector, step: step + 1 });
  }
  return next;
}

/** A matcher for places that are known already. Each path is the tokens of one place; its end is its position. */
export function compilePaths(paths: readonly (readonly string[])[]): Matcher | undefined {
  if (paths.length === 0) return undefined;
  const root = newMatcher();
  for (const [end, path] of paths.entries()) {
    let state = root;
    for (const name of path) {
      const next = state.names.get(name) as OpenMatcher | undefined;
      state = next ?? addStep(state, name, newMatcher());
    }
    state.ends.push(end);
  }
  return root;
}
