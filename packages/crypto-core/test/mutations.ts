// Random records go round, and randomly changed ones are refused. Nothing of Node or of this package is imported: the
// packed package runs this in every runtime. The tests run a few, with CI set a million of each on WebAssembly;
// `million-mutations.ts` runs them on the other engines.
import type { Algorithm, Crypto } from '../src/crypto.ts';

const seed = 1;

/** Small, fast and repeatable (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export interface MutationCounts {
  roundTrips: number;
  refused: number;
}

/** Throws on the first record that does not come back or that opens although it was changed. */
export function runMutations(
  crypto: Crypto,
  count: number,
  algorithms: readonly Algorithm[] = ['aes-256-gcm', 'chacha20-poly1305'],
): MutationCounts {
  const random = createRandom(seed);
  const keys = algorithms.map((algorithm) => crypto.importKey(crypto.randomBytes(32), { algorithm }));
  const counts = { roundTrips: 0, refused: 0 };
  for (let i = 0; i < count; i++) {
    const key = keys[random(keys.length)]!;
    const plaintext = new Uint8Array(random(random(200) === 0 ? 20_000 : 300));
    for (let at = 0; at < plaintext.length; at++) plaintext[at] = random(256);
    const context = { job: String(random(1_000_000)) };
    const record = crypto.seal(key, plaintext, context);
    const opened = crypto.open(key, record, context).plaintext;
    if (!sameBytes(opened, plaintext)) throw new Error(`record ${i} of seed ${seed} did not come back`);
    counts.roundTrips++;
    const changed = mutate(record, random);
    try {
      crypto.open(key, changed, context);
    } catch (error) {
      if (!['broken_seal', 'key_gone'].includes((error as { kind?: string }).kind ?? '')) throw error;
      counts.refused++;
      continue;
    }
    throw new Error(`changed record ${i} of seed ${seed} was opened`);
  }
  return counts;
}

function mutate(record: Uint8Array, random: (below: number) => number): Uint8Array {
  const at = random(record.length);
  let changed: Uint8Array = record.slice();
  switch (random(4)) {
    case 0:
      changed[at]! ^= 1 + random(255);
      break;
    case 1:
      changed = spliced(record, at, { left: 1 + random(40), added: [] });
      break;
    case 2:
      changed = spliced(record, at, { left: 0, added: Array.from({ length: 1 + random(40) }, () => random(256)) });
      break;
    default:
      for (let i = 0; i < 3; i++) changed[random(record.length)] = random(256);
  }
  if (sameBytes(changed, record)) changed[at]! ^= 1;
  return changed;
}

/** `record` with `added` in place of `left` bytes at `at`. */
function spliced(record: Uint8Array, at: number, { left, added }: { left: number; added: number[] }): Uint8Array {
  const end = record.subarray(at + left);
  const whole = new Uint8Array(at + added.length + end.length);
  whole.set(record.subarray(0, at));
  whole.set(added, at);
  whole.set(end, at + added.length);
  return whole;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
