// Rows in batches that one packet holds: a server may be set to take no more than 1 MB, and ends the connection at more.
import { Buffer } from 'node:buffer';

/** Half of that, for what stands around the rows. */
const bytesAtOnce = 512 * 1024;

/** The same rows in the same order, in lists that each make a statement. */
export function inPackets<Row extends object>(rows: readonly Row[]): Row[][] {
  const packets: Row[][] = [];
  let left = 0;
  for (const row of rows) {
    const bytes = Object.values(row).reduce((sum, value) => sum + mostBytes(value), 0);
    if (bytes > left) {
      packets.push([]);
      left = bytesAtOnce;
    }
    packets.at(-1)!.push(row);
    left -= bytes;
  }
  return packets;
}

/** As the driver writes it: text with each character escaped, bytes in hexadecimal digits. */
function mostBytes(value: unknown): number {
  if (typeof value === 'string') return 2 * Buffer.byteLength(value) + 4;
  return value instanceof Uint8Array ? 2 * value.length + 5 : 24;
}
