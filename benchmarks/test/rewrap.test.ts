import { expect, it } from 'vitest';
import { measureMove } from '../rewrap/measure.ts';
import { asMarkdown } from '../rewrap/report.ts';

it('jobs under 10 key versions move to another KMS: 10 unwraps, 10 wraps, no job row written, every job opens', async () => {
  const move = await measureMove(1000, 10);
  expect(move).toMatchObject({ unwraps: 10, wraps: 10, storeKeyWraps: 1, jobRowsWritten: 0, workedAfter: 20 });
  expect(asMarkdown(move)).toContain('| job rows written | 0 |');
});
