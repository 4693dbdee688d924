import { expect, it } from 'vitest';
import { measureOutage } from '../outage/measure.ts';
import { asMarkdown } from '../outage/report.ts';

it.each(['refusing', 'hanging'] as const)(
  'a key service that is away, %s: no job fails, none loses an attempt, none lies in clear, all are worked after it',
  async (absence) => {
    const size = { absence, outageMs: 5000, calmMs: 500, workers: 2, hotJobsPerSecond: 20, coldJobs: 60 };
    const outage = await measureOutage(size);
    expect(outage).toMatchObject({ failed: 0, lostAttempts: 0, inClear: 0, refusedEnqueue: 'kms_unavailable' });
    expect(outage.completed).toBe(outage.jobs);
    expect(outage.workedMeanwhile).toBeGreaterThan(20);
    expect(outage.firstRecoveryMs).toBeGreaterThanOrEqual(0);
    expect(outage.lastRecoveryMs).toBeLessThan(5000);
    for (const time of Object.values(outage.cachedOpenP99Us)) expect(time).toBeGreaterThan(0);
    expect(asMarkdown([outage])).toContain(`| completed | ${outage.jobs} |`);
  },
);
