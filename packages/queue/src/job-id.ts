// Job ids: UUIDv7 (RFC 9562 section 5.7), made by the client, so that a payload can be sealed for its job before the
// job is inserted.
import { QueueError } from './errors.ts';

declare const brand: unique symbol;

/** Lower-case text form of a UUID. A job keeps its id for life. */
export type JobId = string & { readonly [brand]: 'JobId' };

/** Checks and brands a job id. Errors: `id_malformed`. */
export function parseJobId(text: string): JobId {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))
    throw new QueueError('id_malformed', 'A job id is a UUID, like 0190a1b2-0000-7000-8000-000000000001.');
  return text.toLowerCase() as JobId;
}

/** The 16 raw bytes of an id, as sealed records bind them. */
export function jobIdBytes(id: JobId): Uint8Array {
  return new Uint8Array(Buffer.from(id.replaceAll('-', ''), 'hex'));
}

export interface JobIdSources {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
}

/**
 * Makes ids that grow also within a millisecond: `rand_a` counts up from a random start (RFC 9562 section 6.2,
 * method 1), and borrows from the next millisecond when it is used up.
 */
export function createJobIds({ clock, randomBytes }: JobIdSources): () => JobId {
  let milliseconds = 0;
  let counter = 0;
  return () => {
    const bytes = Buffer.alloc(16);
    bytes.set(randomBytes(10), 6);
    const now = clock();
    if (now > milliseconds) {
      milliseconds = now;
      counter = bytes.readUInt16BE(6) & 0x7ff;
    } else if (++counter > 0xfff) {
      milliseconds += 1;
      counter = 0;
    }
    bytes.writeUIntBE(milliseconds, 0, 6);
    bytes.writeUInt16BE(0x7000 | counter, 6);
    bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as JobId;
  };
}
