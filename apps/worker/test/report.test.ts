// What a worker tells, as lines of the log.
import type { JobId, WorkerEvent } from '@hammerwork/queue';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createReport } from '../src/report.ts';

const settled = {
  type: 'settled',
  jobId: 'id' as JobId,
  kind: 'greet',
  state: 'scheduled',
  errorCode: 'kms_unavailable',
  attempt: 1,
  released: true,
  elapsedMs: 1,
} satisfies WorkerEvent;

test('of jobs that wait for the same reason one line is told in ten seconds, of all others each', () => {
  const lines: string[] = [];
  const write = (text: string) => {
    const { level, msg, errorCode } = JSON.parse(text);
    lines.push(`${level} ${msg} ${errorCode ?? ''}`.trim());
  };
  let now = 0;
  const report = createReport(pino({ level: 'info' }, { write }), 'default', () => now);
  for (let jobs = 0; jobs < 1000; jobs++) report(settled);
  report({ ...settled, errorCode: 'key_held' });
  expect(lines).toEqual(['40 settled kms_unavailable', '40 settled key_held']);
  lines.length = 0;
  now = 10_000;
  report(settled);
  const failed = { ...settled, released: false, errorCode: 'handler_failed' };
  report(failed);
  report(failed);
  report({ type: 'breaker_opened', waitMs: 5, errorCode: 'kms_unavailable' });
  report({ ...settled, state: 'completed', errorCode: null, released: false });
  report({ type: 'stalled', forMs: 9, kinds: ['greet'] });
  expect(lines).toEqual([
    '40 settled kms_unavailable',
    '40 settled handler_failed',
    '40 settled handler_failed',
    '50 breaker_opened kms_unavailable',
    '30 settled',
    '40 stalled',
  ]);
});
