// All that is measured inside one runtime that has node:crypto.
import { measureAeads } from './aeads.ts';
import { measureAsyncRecords } from './async-records.ts';
import { measureBatches } from './batches.ts';
import { measureHashes } from './hashes.ts';
import { measureRecords, measureText } from './records.ts';
import type { Row, Runtime } from './rows.ts';
import { type Family, includes, type Size } from './size.ts';

const measures: Record<Family, (runtime: Runtime, size: Size) => Promise<Row[]>> = {
  aeads: measureAeads,
  batches: measureBatches,
  records: measureRecords,
  'async records': measureAsyncRecords,
  text: measureText,
  hashes: measureHashes,
};

export async function measureHere(runtime: Runtime, size: Size): Promise<Row[]> {
  const rows: Row[] = [];
  for (const family of Object.keys(measures) as Family[]) {
    if (includes(size, family)) rows.push(...(await measures[family](runtime, size)));
  }
  return rows;
}
