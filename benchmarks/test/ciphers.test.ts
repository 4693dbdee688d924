import { describe, expect, it } from 'vitest';
import { speedBars } from '../ciphers/bars.ts';
import { measure } from '../ciphers/measure.ts';
import { asMarkdown } from '../ciphers/report.ts';
import { proveEqual } from '../ciphers/rival.ts';
import type { Row } from '../ciphers/rows.ts';
import { quick } from '../ciphers/size.ts';

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

describe('bars', () => {
  const row = (contestant: string, bytes: number, median: number): Row => ({
    runtime: 'Node',
    what: 'chacha20-poly1305',
    direction: 'seal',
    bytes,
    contestant,
    min: median,
    median,
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

  it('hold auto against the best of the others', () => {
    const rows = [row('ours, auto', 16, 2), row('ours, wasm', 16, 1), row('ours, noble', 16, 9)];
    expect(speedBars(rows)).toMatchObject([
      { promise: 'auto vs the best single engine, Node', measured: 0.5, met: false },
    ]);
  });
});
