// Why a promise is not kept on this machine, in figures of the same run: where the time goes, and what would be left if all
// but the module's own work cost nothing.
import type { AeadName, Algorithm } from '@hammerwork/crypto-core';
import { type Bar, coldStartPromise } from './bars.ts';
import type { Footprint } from './footprint.ts';
import { type Parts, partName } from './parts.ts';
import { type Row, select } from './rows.ts';

/** SHA-512 blocks of a record's derivation with the benchmark's context: two HMACs of two blocks and one. */
const derivationBlocks = 6;

export interface Measured {
  readonly rows: readonly Row[];
  readonly parts: Parts;
  readonly footprint: Footprint;
}

/** A line for each promise that is not kept and that the parts say something about. */
export function limits(bars: readonly Bar[], measured: Measured): string[] {
  return bars.filter((bar) => !bar.met).flatMap((bar) => limitOf(bar, measured) ?? []);
}

function limitOf(bar: Bar, { rows, parts, footprint }: Measured): string | undefined {
  const title = `${bar.promise}, ${bar.at}`;
  if (bar.promise === coldStartPromise) {
    const { loading, loaded } = footprint.coldStart;
    return `${title}: ${loaded.median.toFixed(2)} ms are ours; loading node:crypto, where random bytes come from, takes Node ${loading.median.toFixed(2)} ms.`;
  }
  if (bar.took) {
    const [record] = select(rows, { runtime: 'Node', what: 'record aes-256-gcm', bytes: 64, contestant: 'ours, auto' });
    const alone = record ? `; a record of 64 B alone takes ${us(record.median)}` : '';
    return `${title}: ${us(bar.took.other)} there, ${us(bar.took.ours)} here${alone}.`;
  }
  if (!bar.of) return undefined;
  const { which, pair } = bar.of;
  const [mine, other] = pair.map((contestant) => select(rows, { ...which, contestant })[0]);
  if (!mine || !other) return undefined;
  const asked = `${bar.wanted} times the speed of ${us(other.median)} is ${us(other.median / bar.wanted)}; ours takes ${us(mine.median)}`;
  const work = which.runtime === 'Node' ? workOf(mine, parts) : undefined;
  if (!work) return `${title}: ${asked}.`;
  const alone = (other.median / work.us).toFixed(2);
  return `${title}: ${asked}, ${work.text}. The module alone: ${alone} times.`;
}

interface Work {
  readonly us: number;
  readonly text: string;
}

function workOf({ what, bytes, median }: Row, parts: Parts): Work | undefined {
  const batch = /^batch of 64 (.*)$/.exec(what)?.[1] as AeadName | undefined;
  const record = /^record (.*)$/.exec(what)?.[1] as Algorithm | undefined;
  const of = record ? ('record' as const) : batch ? ('batch' as const) : ('module' as const);
  const module = parts[partName(of, bytes, record ?? batch ?? (what as AeadName))];
  if (module === undefined) return undefined;
  const inside = `${us(module)} of it in the module`;
  if (record) {
    const derivation = derivationBlocks * parts['sha-512 block']!;
    const rest = `${us(derivation)} for the ${derivationBlocks} blocks of SHA-512 that derive its key`;
    return { us: module, text: `${inside} (${rest})` };
  }
  if (batch) return { us: module, text: `${inside}, the rest checks and copies` };
  const copies = parts[partName('copies', bytes)]!;
  const checks = Math.max(0, median - module - copies);
  return {
    us: module,
    text: `${inside} (${us(parts.call!)} to get there and back), ${us(copies)} for copies in and out, ${us(checks)} for checks`,
  };
}

function us(value: number): string {
  return `${value.toFixed(value < 10 ? 3 : 1)} us`;
}
