import { type Machine, machine } from '../harness/machine.ts';
import { measureSealing } from '../protection/sealing.ts';
import { type Bar, footprintBars, protectionBars, speedBars } from './bars.ts';
import { type Footprint, measureFootprint } from './footprint.ts';
import { measureElsewhere, measureNode } from './in-runtimes.ts';
import { limits } from './limits.ts';
import { measureParts } from './parts.ts';
import type { Row } from './rows.ts';
import type { Size } from './size.ts';

export interface Report {
  readonly machine: Machine;
  readonly rounds: number;
  readonly rows: readonly Row[];
  /** Runtimes that were not measured. */
  readonly missing: readonly string[];
  readonly footprint: Footprint;
  readonly bars: readonly Bar[];
  /** What stands behind bars that are missed. */
  readonly limits: readonly string[];
}

export async function measure(size: Size, { onlyNode = false }: { onlyNode?: boolean } = {}): Promise<Report> {
  const before = machine();
  const footprint = measureFootprint(size.starts);
  const sealing = await measureSealing(size);
  const parts = await measureParts(size);
  const here = await measureNode(size);
  const elsewhere = onlyNode ? { rows: [], missing: ['deno', 'bun', 'workerd'] } : await measureElsewhere(size);
  const rows = [...here, ...elsewhere.rows];
  const bars = [...speedBars(rows), ...protectionBars(sealing), ...footprintBars(footprint)];
  return {
    machine: before,
    rounds: size.rounds,
    rows,
    missing: elsewhere.missing,
    footprint,
    bars,
    limits: limits(bars, { rows, parts, footprint }),
  };
}
