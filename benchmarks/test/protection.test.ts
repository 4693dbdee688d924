import { expect, it } from 'vitest';
import { measure, quick } from '../protection/measure.ts';
import { orderPayload, payloadBytes } from '../protection/payload.ts';
import { asMarkdown } from '../protection/report.ts';

it('the payload is the one of the source document: 1 KB', () => {
  expect(JSON.stringify(orderPayload()).length).toBe(payloadBytes);
});

it('the protection benchmark runs, and its table has every row', async () => {
  const report = await measure(quick);
  const rows = asMarkdown(report)
    .split('\n')
    .filter((line) => /^\| .* \d/.test(line));
  expect(rows).toHaveLength(12 + 3);
  expect(rows.filter((row) => /NaN|undefined| 0\.00/.test(row))).toEqual([]);
  expect(report.sealing.times['aes-256-gcm'].seal.min).toBeGreaterThan(0);
}, 60_000);
