import { expect, test } from 'vitest';
import { engineNames } from './engine-names.ts';
import { runMutations } from './mutations.ts';

test.each(engineNames)('1,000 random records come back and 1,000 changed ones are refused on %s', (engine) => {
  expect(runMutations(engine, 1_000)).toEqual({ roundTrips: 1_000, refused: 1_000 });
});
