import { expect, test } from 'vitest';
import { createCrypto } from '../src/create-crypto.ts';
import { engineNames } from './engine-names.ts';
import { runMutations } from './mutations.ts';

const few = 1_000;
// a million where changes are judged: about 15 seconds
const counts = engineNames.map((engine) => [engine === 'wasm' && process.env.CI ? 1_000_000 : few, engine] as const);

test.each(counts)(
  '%i random records come back and as many changed ones are refused on %s',
  (count, engine) => {
    expect(runMutations(createCrypto({ engine }), count)).toEqual({ roundTrips: count, refused: count });
  },
  600_000,
);
