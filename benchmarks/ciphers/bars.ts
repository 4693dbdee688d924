// What was promised of the ciphers, and whether this run shows it. Each promise is one or more rows of the report.
import type { AeadName, Algorithm } from '@hammerwork/crypto-core';
import type { SealingResult } from '../protection/sealing.ts';
import type { Footprint } from './footprint.ts';
import { type Row, type Runtime, type Speed, select, speed, speedOf, type Which } from './rows.ts';

export interface Bar {
  readonly promise: string;
  /** Where it was measured, or the worst place of several. */
  readonly at: string;
  readonly wanted: number;
  /** `least` for speeds and counts, `most` for sizes and times. */
  readonly limit: 'least' | 'most';
  /** By the median, which decides: of the rounds' ratios, where it is a speed. */
  readonly measured: number;
  /** By the fastest turns: on a busy machine this says more. */
  readonly best?: number;
  readonly met: boolean;
  /** The rows it comes from, where these are two. */
  readonly of?: { readonly which: Which; readonly pair: readonly [ours: string, other: string] };
  /** Medians in microseconds, where no row has them. */
  readonly took?: { readonly ours: number; readonly other: number };
}

export const coldStartPromise = 'cold start in Node: compile, instantiate, seal once';

interface Promised {
  readonly promise: string;
  readonly which: Which;
  readonly pair: readonly [ours: string, other: string];
  /** By bytes, or one for every size. */
  readonly wanted: Readonly<Record<number, number>> | number;
}

const seal = 'seal';
const node = 'node:crypto KeyObject';

function sealing(runtime: Runtime, what: string): Which {
  return { runtime, what, direction: seal };
}

const promised: readonly Promised[] = [
  {
    promise: 'AES-256-GCM vs node:crypto with KeyObject',
    which: sealing('Node', 'aes-256-gcm'),
    pair: ['ours, wasm', node],
    wanted: { 16: 10, 64: 5.5, 256: 2.5, 1024: 1 },
  },
  {
    promise: 'AES-256-GCM vs noble',
    which: sealing('Node', 'aes-256-gcm'),
    pair: ['ours, wasm', 'noble'],
    wanted: { 16: 45, 64: 30, 1024: 14, 16384: 7.5 },
  },
  {
    promise: 'ChaCha20-Poly1305 vs node:crypto with KeyObject',
    which: sealing('Node', 'chacha20-poly1305'),
    pair: ['ours, wasm', node],
    wanted: { 16: 10, 64: 9, 256: 5.5, 1024: 2.4 },
  },
  {
    promise: 'ChaCha20-Poly1305 vs libsodium',
    which: sealing('Node', 'chacha20-poly1305'),
    pair: ['ours, wasm', 'libsodium'],
    wanted: 2.3,
  },
  {
    promise: 'XChaCha20-Poly1305 vs libsodium',
    which: sealing('Node', 'xchacha20-poly1305'),
    pair: ['ours, wasm', 'libsodium'],
    wanted: 1.8,
  },
  ...(['aes-256-gcm', 'chacha20-poly1305'] satisfies Algorithm[]).flatMap((algorithm) =>
    Object.entries({
      'node:crypto, raw keys': 'node:crypto, derived keys as bytes',
      'node:crypto by hand': 'node:crypto at its fastest: KeyObjects, pooled salts',
    }).map(([contestant, way]) => ({
      promise: `sealed record, ${algorithm}, vs the same record through ${way}`,
      which: sealing('Node', `record ${algorithm}`),
      pair: ['ours, auto', contestant] as const,
      wanted: { 64: 10 },
    })),
  ),
  {
    promise: '20 characters to a sealed record vs idiomatic node:crypto, plain GCM',
    which: sealing('Node', 'text to bytes'),
    pair: ['ours, auto', 'node:crypto, idiomatic GCM'],
    wanted: { 20: 2 },
  },
  {
    promise: 'batch of 64 AES-256-GCM, per message, vs node:crypto with KeyObject',
    which: sealing('Node', 'batch of 64 aes-256-gcm'),
    pair: ['ours, wasm', node],
    wanted: { 16: 18 },
  },
  {
    promise: 'Deno, AES-256-GCM vs its node:crypto',
    which: sealing('Deno', 'aes-256-gcm'),
    pair: ['ours, wasm', node],
    wanted: { 16: 8, 64: 5, 1024: 2 },
  },
  {
    promise: 'Bun, AES-256-GCM vs its node:crypto',
    which: sealing('Bun', 'aes-256-gcm'),
    pair: ['ours, wasm', node],
    wanted: { 16: 2.4 },
  },
  {
    promise: 'workerd, AES-256-GCM vs its WebCrypto',
    which: sealing('workerd', 'aes-256-gcm'),
    pair: ['ours, wasm', 'WebCrypto'],
    wanted: { 16: 10, 256: 2 },
  },
];

/** Speeds. Promises about runtimes or sizes that were not measured are left out. */
export function speedBars(rows: readonly Row[]): Bar[] {
  return [...promised.flatMap((entry) => barsOf(rows, entry)), ...autoBars(rows), ...openBars(rows)];
}

function barsOf(rows: readonly Row[], { promise, which, pair, wanted }: Promised): Bar[] {
  if (typeof wanted !== 'number') {
    return Object.entries(wanted).flatMap(([bytes, atLeast]) => {
      const measured = speed(rows, { ...which, bytes: Number(bytes) }, pair);
      if (measured === undefined) return [];
      const of = { which: { ...which, bytes: Number(bytes) }, pair };
      return [{ ...speedBar(promise, `${bytes} B`, atLeast, measured), of }];
    });
  }
  const found = select(rows, { ...which, contestant: pair[0] }).flatMap(({ bytes }) => {
    const measured = speed(rows, { ...which, bytes }, pair);
    return measured === undefined ? [] : [{ at: `${bytes} B`, measured, of: { which: { ...which, bytes }, pair } }];
  });
  return worst(`${promise}, any size`, wanted, found);
}

const single = ['ours, wasm', 'ours, native', 'ours, noble'];

/** `auto` beside the best engine alone, at every size, for AEADs and records. */
function autoBars(rows: readonly Row[]): Bar[] {
  return (['Node', 'Deno', 'Bun'] satisfies Runtime[]).flatMap((runtime) => {
    const found = select(rows, { runtime, contestant: 'ours, auto' })
      .filter(({ what }) => /^(record )?(aes|chacha|xchacha)/.test(what))
      .map((auto) => {
        const { what, direction, bytes } = auto;
        const rivals = select(rows, { runtime, what, direction, bytes }).filter((row) =>
          single.includes(row.contestant),
        );
        const speeds = rivals.map((row) => speedOf(auto, row));
        const [median, best] = [speeds.map((speed) => speed.median), speeds.map((speed) => speed.best)];
        const measured = { median: Math.min(...median), best: Math.min(...best) };
        return { at: `${what}, ${direction}, ${bytes} B`, measured };
      });
    return worst(`auto vs the best single engine, ${runtime}`, 0.85, found);
  });
}

/** The speed of opening beside sealing, of messages and records. */
function openBars(rows: readonly Row[]): Bar[] {
  const opens = select(rows, { runtime: 'Node', direction: 'open', contestant: 'ours, auto' });
  // what runs on other threads has no such proportion
  const found = opens
    .filter(({ what }) => !what.startsWith('async'))
    .flatMap((open) => {
      const [seal] = select(rows, { ...which(open), direction: 'seal', contestant: 'ours, auto' });
      return seal ? [{ at: `${open.what}, ${open.bytes} B`, measured: speedOf(open, seal) }] : [];
    });
  return worst('open vs seal', 0.8, found);

  function which({ runtime, what, bytes }: Row): Which {
    return { runtime, what, bytes };
  }
}

/** A job of 1 KB with two personal fields, beside node:crypto's AES-256-GCM of that kilobyte. */
export function protectionBars({ times }: SealingResult): Bar[] {
  const base = times['aes-256-gcm'];
  return (['aes-256-gcm', 'chacha20-poly1305'] satisfies AeadName[]).flatMap((algorithm) =>
    (['', ', clear bound'] as const).flatMap((bound) =>
      (['seal', 'open'] as const).map((direction) => {
        const [ours, other] = [times[algorithm][`${direction}${bound}`], base[`node:crypto ${direction}`]];
        const promise = `a job of 1,024 B through payload-protection, ${algorithm}${bound}, vs node:crypto AES-256-GCM`;
        const took = { ours: ours.median, other: other.median };
        return { ...speedBar(promise, direction, bound === '' ? 0.67 : 0.4, speedOf(ours, other)), took };
      }),
    ),
  );
}

export function footprintBars({ coldStart, modules, memory }: Footprint): Bar[] {
  return [
    ...Object.entries(modules).flatMap(([name, { raw, gzip }]) => [
      atMostBar(`size of ${name}`, 'bytes', 65_536, raw),
      atMostBar(`size of ${name}`, 'bytes, gzip', 24_576, gzip),
    ]),
    atMostBar(coldStartPromise, 'ms', 5, coldStart.bare.median),
    atMostBar(
      'cold start in Node, where node:crypto is loaded: compile, instantiate, seal once',
      'ms',
      5,
      coldStart.loaded.median,
    ),
    atMostBar('memory of an instance, which cannot grow', 'bytes', 4_194_304, memory.bytes),
    atLeastBar('record keys in one instance', 'keys', 1_000, memory.recordKeys),
    atLeastBar('AEAD handles in one instance', 'keys', 400, memory.aeadKeys),
  ];
}

type Found = { readonly at: string; readonly measured: Speed } & Pick<Bar, 'of'>;

function worst(promise: string, wanted: number, found: readonly Found[]): Bar[] {
  const [lowest] = found.toSorted((a, b) => a.measured.median - b.measured.median);
  if (!lowest) return [];
  const bar = speedBar(promise, `lowest of ${found.length}: ${lowest.at}`, wanted, lowest.measured);
  return [lowest.of ? { ...bar, of: lowest.of } : bar];
}

function speedBar(promise: string, at: string, wanted: number, { median, best }: Speed): Bar {
  return { ...atLeastBar(promise, at, wanted, median), best };
}

function atLeastBar(promise: string, at: string, wanted: number, measured: number): Bar {
  return { promise, at, wanted, limit: 'least', measured, met: measured >= wanted };
}

function atMostBar(promise: string, at: string, wanted: number, measured: number): Bar {
  return { promise, at, wanted, limit: 'most', measured, met: measured <= wanted };
}
