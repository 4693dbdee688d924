import { expect, it } from 'vitest';
import { measure, quick } from '../detection/measure.ts';
import { cleanPayload, mixedPayloads } from '../detection/payloads.ts';
import { asMarkdown } from '../detection/report.ts';

it('the payloads are the same in every run, and as large as they say', () => {
  expect(mixedPayloads(4096)).toEqual(mixedPayloads(4096));
  const { length } = JSON.stringify(cleanPayload());
  expect(length).toBeGreaterThan(950);
  expect(length).toBeLessThan(1150);
});

it('the detection benchmark runs, and finds in the corpus what is labelled', async () => {
  const report = await measure(quick);
  const text = asMarkdown(report);
  expect(text).not.toMatch(/NaN|undefined/);
  expect(report.quality.kinds.length).toBeGreaterThan(15);
  expect(report.quality.kinds.filter(({ expected, found, wrong }) => found !== expected || wrong > 0)).toEqual([]);
  const [ours, ...peers] = report.quality.cases;
  for (const peer of peers) expect(peer.found - peer.alarms).toBeLessThan(ours!.found - ours!.alarms);
  expect(report.throughput.adversarial).toHaveLength(20);
}, 60_000);
