// All that is measured inside one runtime that has node:crypto.
import { measureAeads } from './aeads.ts';
import { measureAsyncRecords } from './async-records.ts';
import { measureBatches } from './batches.ts';
import { measureHashes } from './hashes.ts';
import { measureRecords, measureText } from './records.ts';
import type { Row, Runtime } from './rows.ts';
import type { Size } from './size.ts';

export async function measureHere(runtime: Runtime, size: Size): Promise<Row[]> {
  return [
    ...(await measureAeads(runtime, size)),
    ...(await measureBatches(runtime, size)),
    ...(await measureRecords(runtime, size)),
    ...(await measureAsyncRecords(runtime, size)),
    ...(await measureText(runtime, size)),
    ...(await measureHashes(runtime, size)),
  ];
}
