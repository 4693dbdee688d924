// Random records go round, and randomly changed ones are refused. The tests run a few, with CI set a million of each on
// WebAssembly; on the other engines by
//
//   node --conditions=@hammerwork/source packages/crypto-core/test/mutations.ts noble 1000000
import { createCrypto } from '../src/create-crypto.ts';
import type { EngineName } from '../src/crypto.ts';
import { CryptoError } from '../src/errors.ts';

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
export function runMutations(engine: EngineName, count: number, seed = 1): MutationCounts {
  const random = createRandom(seed);
  const crypto = createCrypto({ engine });
  const algorithms = ['aes-256-gcm', 'chacha20-poly1305'] as const;
  const keys = algorithms.map((algorithm) => crypto.importKey(crypto.randomBytes(32), { algorithm }));
  const counts = { roundTrips: 0, refused: 0 };
  for (let i = 0; i < count; i++) {
    const key = keys[random(2)]!;
    const plaintext = new Uint8Array(random(random(200) === 0 ? 20_000 : 300));
    for (let at = 0; at < plaintext.length; at++) plaintext[at] = random(256);
    const context = { job: String(random(1_000_000)) };
    const record = crypto.seal(key, plaintext, context);
    const opened = crypto.open(key, record, context).plaintext;
    if (Buffer.compare(opened, plaintext) !== 0) throw new Error(`record ${i} of seed ${seed} did not come back`);
    counts.roundTrips++;
    const changed = mutate(record, random);
    try {
      crypto.open(key, changed, context);
    } catch (error) {
      if (!(error instanceof CryptoError) || !['broken_seal', 'key_gone'].includes(error.kind)) throw error;
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
  if (Buffer.compare(changed, record) === 0) changed[at]! ^= 1;
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

if (import.meta.main) {
  const [engine = 'auto', count = '1000000'] = process.argv.slice(2);
  const { roundTrips, refused } = runMutations(engine as EngineName, Number(count));
  process.stdout.write(`${engine}: ${roundTrips} records came back, ${refused} changed ones were refused\n`);
}
