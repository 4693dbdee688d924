import { expect, test } from 'vitest';
import {
  deleteAfter,
  deleteAt,
  deleteImmediately,
  keepIndefinitely,
  parseRetentionPolicy,
  planDeletion,
  useDefault,
} from '../src/index.ts';

const createdAt = Date.UTC(2026, 0, 1);
const day = 86_400_000;

test('policies are plain objects whose JSON is what is stored', () => {
  const policies = [
    [deleteAfter('30d'), '{"type":"delete_after","seconds":2592000}'],
    [deleteAfter({ days: 30 }), '{"type":"delete_after","seconds":2592000}'],
    [deleteAfter({ weeks: 1, hours: 12, minutes: 1, seconds: 5 }), '{"type":"delete_after","seconds":648065}'],
    [deleteAfter('1.5h', { from: 'finish' }), '{"type":"delete_after","seconds":5400,"from":"finish"}'],
    [deleteAt(new Date(createdAt)), '{"type":"delete_at","at":"2026-01-01T00:00:00.000Z"}'],
    [keepIndefinitely(), '{"type":"keep_indefinitely"}'],
    [deleteImmediately(), '{"type":"delete_immediately"}'],
    [useDefault(), '{"type":"use_default"}'],
  ] as const;
  for (const [policy, json] of policies) {
    expect(JSON.stringify(policy)).toBe(json);
    expect(parseRetentionPolicy(JSON.parse(json))).toEqual(policy);
  }
});

test.each([
  null,
  'delete_after',
  {},
  { type: 'delete_soon' },
  { type: 'delete_after' },
  { type: 'delete_after', seconds: 0 },
  { type: 'delete_after', seconds: '60' },
  { type: 'delete_after', seconds: 60, from: 'start' },
  { type: 'delete_at', at: 'tomorrow' },
  { type: 'delete_at', at: '2026-01-01' },
  { type: 'delete_at', at: '2026-01-01T00:00:00' },
  { type: 'delete_at', at: '2026-01-01T00:00:00+02:00' },
  { type: 'delete_at', at: '2026-13-01T00:00:00Z' },
])('%j is no policy', (json) => {
  expect(() => parseRetentionPolicy(json)).toThrow(expect.objectContaining({ code: 'policy_malformed' }));
});

test('durations and dates that cannot be are refused at once', () => {
  for (const text of ['30', 'd', '30 d', '-1d', '1y', '']) expect(() => deleteAfter(text as '1d')).toThrow(TypeError);
  expect(() => deleteAfter({ month: 1 } as never)).toThrow(TypeError);
  for (const duration of ['0d', '0.3s', { days: -1 }, { days: Number.NaN }, {}] as const)
    expect(() => deleteAfter(duration)).toThrow(RangeError);
  expect(() => deleteAt(new Date(Number.NaN))).toThrow(RangeError);
  expect(() => deleteAt(new Date(8.64e15))).toThrow(RangeError);
});

test.each([
  [
    'a time after creation',
    deleteAfter('30d'),
    { deleteAt: createdAt + 30 * day, deleteAfterMs: 30 * day, deleteAfterFinishMs: null },
  ],
  [
    'predecessor R4: a time after the finish, however late that is',
    deleteAfter('30d', { from: 'finish' }),
    { deleteAt: null, deleteAfterFinishMs: 30 * day },
  ],
  ['a date', deleteAt(new Date(createdAt + 5)), { deleteAt: createdAt + 5, deleteAfterFinishMs: null }],
  ['never', keepIndefinitely(), { deleteAt: null, deleteAfterFinishMs: null }],
  [
    'predecessor R3: at once, but only after the finish',
    deleteImmediately(),
    { deleteAt: null, deleteAfterFinishMs: 0 },
  ],
])('plans %s', (_, policy, plan) => {
  expect(planDeletion(policy, { createdAt })).toEqual(plan);
});

test('predecessor R5: the default is taken where there is one, and its absence is an error', () => {
  const defaultPolicy = deleteAfter('1d');
  expect(planDeletion(useDefault(), { createdAt, defaultPolicy }).deleteAt).toBe(createdAt + day);
  for (const none of [undefined, useDefault()])
    expect(() => planDeletion(useDefault(), { createdAt, defaultPolicy: none })).toThrow(
      expect.objectContaining({ code: 'default_missing', kind: 'input' }),
    );
});

test('predecessor R6: a date too far away is an error, not "never"', () => {
  const far = { type: 'delete_after', seconds: Number.MAX_SAFE_INTEGER } as const;
  for (const policy of [far, { ...far, from: 'finish' } as const, deleteAfter({ days: 366 * 7973 })])
    expect(() => planDeletion(policy, { createdAt })).toThrow(expect.objectContaining({ code: 'date_out_of_range' }));
  expect(() => deleteAfter({ days: Number.MAX_SAFE_INTEGER })).toThrow(RangeError);
});

test('a date before creation is an error', () => {
  const past = deleteAt(new Date(createdAt - 1));
  expect(() => planDeletion(past, { createdAt })).toThrow(expect.objectContaining({ code: 'date_out_of_range' }));
});
