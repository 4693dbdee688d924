// Times contestants turn by turn in one process, so that a busy machine is busy for all of them. Runs in Node, Deno, Bun.
//
// What collects garbage does so after so many bytes, whoever's turn it is, and takes as long as a turn. So turns are many and
// short, that a median leaves such ones out; each round has another order, that nobody always follows whoever leaves most
// behind, or meets the collection round after round; and turns are as long as the fastest of the warm-up says.
export interface Timing {
  /** Microseconds a call. */
  readonly min: number;
  readonly median: number;
  /** In each round, so that two contestants of one run can be compared round by round. Not written to results. */
  readonly each: readonly number[];
}

export interface Turns {
  readonly rounds: number;
  /** How long one contestant runs in a round. */
  readonly sliceMs: number;
}

/** A function, or one whose promise is waited for before the next call. */
export type Contestant = (() => unknown) | { readonly awaited: () => Promise<unknown> };

/** `rounds` turns of each; a turn is as many calls as fit into `sliceMs`. Every contestant is warmed up first. */
export async function interleave<Name extends string>(
  contestants: Record<Name, Contestant>,
  turns: Turns,
): Promise<Record<Name, Timing>> {
  const names = Object.keys(contestants) as Name[];
  const calls = new Map<Name, number>();
  for (const name of names) calls.set(name, await warmUp(contestants[name], turns.sliceMs));
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  const shuffle = createShuffle();
  for (let round = 0; round < turns.rounds; round++) {
    for (const name of shuffle(names)) times.get(name)!.push(await time(contestants[name], calls.get(name)!));
  }
  return Object.fromEntries(names.map((name) => [name, summary(times.get(name)!)])) as Record<Name, Timing>;
}

export function summary(each: readonly number[]): Timing {
  return { min: Math.min(...each), median: median(each), each };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Another order each time, the same ones in every run. Numerical Recipes' generator, of which the high bits are good. */
export function createShuffle(): <T>(values: readonly T[]) => T[] {
  let state = 1;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return (values) => {
    const shuffled = [...values];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const other = below(i + 1);
      [shuffled[i], shuffled[other]] = [shuffled[other]!, shuffled[i]!];
    }
    return shuffled;
  };
}

/** Microseconds a call. */
async function time(contestant: Contestant, calls: number): Promise<number> {
  if (typeof contestant === 'function') return timeSync(contestant, calls);
  const started = performance.now();
  for (let i = 0; i < calls; i++) await contestant.awaited();
  return ((performance.now() - started) * 1000) / calls;
}

function timeSync(run: () => unknown, calls: number): number {
  const started = performance.now();
  for (let i = 0; i < calls; i++) run();
  return ((performance.now() - started) * 1000) / calls;
}

const patience = 3;
const mostTurns = 20;

/** How much longer the turns of the warm-up are. */
const longer = 5;

/**
 * Runs until it gets no faster for some turns, since compilers work in steps. Answers how many calls fill `sliceMs` by the
 * fastest turn: the last may be one in which garbage was collected.
 */
async function warmUp(contestant: Contestant, sliceMs: number): Promise<number> {
  let calls = 1;
  while ((await time(contestant, calls)) * calls < longer * sliceMs * 1000) calls *= 2;
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0, waited = 0; turn < mostTurns && waited < patience; turn++) {
    const us = await time(contestant, calls);
    waited = us < 0.9 * best ? 0 : waited + 1;
    best = Math.min(best, us);
    calls = callsIn(longer * sliceMs, best);
  }
  return callsIn(sliceMs, best);
}

function callsIn(ms: number, us: number): number {
  return Math.max(1, Math.round((ms * 1000) / us));
}
