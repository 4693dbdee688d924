// Times contestants turn by turn in one process, so that a busy machine is busy for all of them. Runs in Node, Deno, Bun.
export interface Timing {
  /** Microseconds a call. */
  readonly min: number;
  readonly median: number;
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
  for (let round = 0; round < turns.rounds; round++) {
    for (const name of names) times.get(name)!.push(await time(contestants[name], calls.get(name)!));
  }
  return Object.fromEntries(names.map((name) => [name, summary(times.get(name)!)])) as Record<Name, Timing>;
}

export function summary(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[Math.floor(sorted.length / 2)]! };
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

/** Runs until it gets no faster for some turns, since compilers work in steps. Answers how many calls fill a turn then. */
async function warmUp(contestant: Contestant, sliceMs: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  let calls = 1;
  for (let turn = 0, waited = 0; turn < mostTurns && waited < patience; turn++) {
    calls = await callsIn(contestant, sliceMs);
    const us = await time(contestant, calls);
    waited = us < 0.9 * best ? 0 : waited + 1;
    best = Math.min(best, us);
  }
  return calls;
}

async function callsIn(contestant: Contestant, sliceMs: number): Promise<number> {
  for (let calls = 1; ; calls *= 2) {
    const elapsedMs = ((await time(contestant, calls)) * calls) / 1000;
    if (elapsedMs >= sliceMs) return Math.max(1, Math.round((calls * sliceMs) / elapsedMs));
  }
}
