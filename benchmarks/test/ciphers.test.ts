import { describe, expect, it } from 'vitest';
import { speedBars } from '../ciphers/bars.ts';
import { measure } from '../ciphers/measure.ts';
import { asMarkdown } from '../ciphers/report.ts';
import { proveEqual } from '../ciphers/rival.ts';
import type { Row } from '../ciphers/rows.ts';
import { full, only, quick } from '../ciphers/size.ts';
import { createShuffle, summary } from '../harness/interleave.ts';

it('the ciphers benchmark runs, every contestant in every table', async () => {
  const report = await measure(quick);
  const measured = new Set(report.rows.map(({ what, contestant }) => `${what}: ${contestant}`));
  for (const name of ['node:crypto KeyObject', 'node:crypto raw key', 'noble', 'ours, wasm', 'ours, auto']) {
    expect(measured).toContain(`aes-256-gcm: ${name}`);
    expect(measured).toContain(`chacha20-poly1305: ${name}`);
  }
  expect(measured).toContain('aes-256-gcm: WebCrypto');
  expect(measured).toContain('xchacha20-poly1305: libsodium');
  expect(measured).toContain('record aes-256-gcm: node:crypto by hand');
  expect(measured).toContain('async record aes-256-gcm: WebCrypto, plain GCM');
  expect(measured).toContain('sha-512: hash-wasm');
  const runtimes = ['Deno', 'Bun', 'workerd'].filter((name) => !report.missing.includes(name.toLowerCase()));
  if (process.env.CI === 'true') expect(report.missing).toEqual([]);
  for (const runtime of runtimes) {
    expect(report.rows).toContainEqual(expect.objectContaining({ runtime, contestant: 'ours, wasm', bytes: 16 }));
  }
  for (const { runtime, min, median } of report.rows) {
    // workerd's times are differences, which so small a run may not tell from nothing
    if (runtime !== 'workerd') expect(min).toBeGreaterThan(0);
    expect(median).toBeGreaterThanOrEqual(min);
  }
  const text = asMarkdown(report);
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
  for (const promise of [
    'vs libsodium',
    'sealed record',
    '20 characters',
    'batch of 64',
    'auto vs',
    'open vs',
    'cold start',
  ])
    expect(report.bars.map((bar) => bar.promise).join('\n')).toContain(promise);
}, 120_000);

it('a contestant with other bytes is not timed', async () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const task = {
    aead: 'aes-256-gcm',
    key: bytes,
    nonce: bytes,
    associatedData: bytes,
    plaintext: bytes,
    sealed: bytes,
  } as const;
  const right = {
    seal: () => [bytes.subarray(0, 1), bytes.subarray(1)],
    open: { awaited: async () => bytes.slice().buffer },
  };
  await proveEqual('right', right, task);
  await expect(proveEqual('wrong', { ...right, open: () => bytes.subarray(1) }, task)).rejects.toThrow(
    'wrong opens to',
  );
});

it('a part of the benchmark has the families and bytes that were asked for', () => {
  const part = only(full, ['records'], [16, 16_384]);
  expect(part).toMatchObject({ families: ['records'], bytes: [16, 16_384], shortBytes: [16] });
  expect(only(full, [], [])).toBe(full);
  expect(() => only(full, ['record'], [])).toThrow('not record');
});

it('rounds come in many orders, the same ones in every run', () => {
  const [one, two] = [createShuffle(), createShuffle()];
  const rounds = Array.from({ length: 27 }, () => one(['a', 'b', 'c', 'd']));
  for (const round of rounds) expect(round.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  expect(new Set(rounds.map(([first]) => first)).size).toBe(4);
  expect(new Set(rounds.map((round) => round.join())).size).toBeGreaterThan(9);
  expect(rounds.map(() => two(['a', 'b', 'c', 'd']))).toEqual(rounds);
});

describe('bars', () => {
  const row = (contestant: string, bytes: number, median: number): Row => ({
    runtime: 'Node',
    what: 'chacha20-poly1305',
    direction: 'seal',
    bytes,
    contestant,
    min: median,
    median,
    each: [median, median],
  });

  it('hold medians against what was promised, size by size', () => {
    const rows = [row('ours, wasm', 16, 1), row('node:crypto KeyObject', 16, 10), row('ours, wasm', 64, 1)];
    const bars = speedBars([...rows, row('node:crypto KeyObject', 64, 8.9)]);
    expect(bars.map(({ at, wanted, measured, met }) => [at, wanted, measured, met])).toEqual([
      ['16 B', 10, 10, true],
      ['64 B', 9, 8.9, false],
    ]);
  });

  it('take the lowest where every size counts', () => {
    const ours = [row('ours, wasm', 16, 1), row('ours, wasm', 4_096, 2)];
    const bars = speedBars([...ours, row('libsodium', 16, 3), row('libsodium', 4_096, 4.4)]);
    expect(bars).toMatchObject([{ at: 'lowest of 2: 4096 B', measured: 2.2, met: false }]);
  });

  it('take the median of the rounds, so that what slows down a round slows down both', () => {
    const timed = (contestant: string, each: readonly number[]): Row => ({
      ...row(contestant, 16, 0),
      ...summary(each),
    });
    const rows = [timed('ours, wasm', [1, 9, 1, 1, 1]), timed('node:crypto KeyObject', [10, 90, 99, 10, 10])];
    expect(speedBars(rows)).toMatchObject([{ at: '16 B', measured: 10, best: 10, met: true }]);
    const other = { ...timed('node:crypto KeyObject', [10]) };
    expect(() => speedBars([rows[0]!, other])).toThrow(RangeError);
  });

  it('hold auto against the best of the others', () => {
    const rows = [row('ours, auto', 16, 2), row('ours, wasm', 16, 1), row('ours, noble', 16, 9)];
    expect(speedBars(rows)).toMatchObject([
      { promise: 'auto vs the best single engine, Node', measured: 0.5, met: false },
    ]);
  });
});
