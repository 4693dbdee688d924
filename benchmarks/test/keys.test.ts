import { expect, it } from 'vitest';
import { measure, quick } from '../keys/measure.ts';
import { asMarkdown } from '../keys/report.ts';

it('the keys benchmark runs, and a cached key is faster than one from the database', async () => {
  const results = await measure(quick);
  const { cachedOpen, cachedSeal, fromDatabase, plainSelect } = results.access.pglite!;
  for (const { min, median } of [cachedOpen, cachedSeal, fromDatabase, plainSelect]) {
    expect(min).toBeGreaterThan(0);
    expect(median).toBeGreaterThanOrEqual(min);
  }
  expect(cachedOpen.min).toBeLessThan(fromDatabase.min);
  expect(results.audit.pglite?.entries).toBeGreaterThanOrEqual(500);
  const rows = asMarkdown(results).split('\n');
  expect(rows.filter((line) => /^\| .*\d/.test(line) && !/NaN|undefined/.test(line))).toHaveLength(5);
}, 60_000);
