// Cuts a batch into runs that one call of the module takes.
import { lengthOf } from '../checked-bytes.ts';
import type { WasmInstance } from './wasm-instance.ts';

export interface BatchPlan {
  readonly messages: readonly Uint8Array[];
  /** Bytes of input and output before the first message, and what each message needs besides its own. */
  readonly before: number;
  readonly room: number;
  /** Offset of a message's own bytes in its place. */
  readonly input: number;
  /** Longest message that goes into a run. */
  readonly longest: number;
  /** Bytes of a message that its job does not count. */
  uncounted?: number;
  /** Puts what the run needs besides a length (frame end, ...) for message `index`, at `position` of its run. */
  prepare?(index: number, position: number): void;
  /** Messages first..last are in place and end before `end`. Each begins `aligned` bytes after the one before. */
  run(first: number, last: number, end: number): void;
  /** A message that is too long for a run. */
  single(index: number): void;
}

export function runBatch({ bytes, io, ioBytes, jobs, maxJobs }: WasmInstance, plan: BatchPlan): void {
  const { messages, before, room, longest, input, prepare, uncounted = 0 } = plan;
  let first = 0;
  while (first < messages.length) {
    if (lengthOf(messages[first]!) > longest) {
      plan.single(first++);
      continue;
    }
    const most = Math.min(messages.length, first + maxJobs);
    let at = before;
    let end = before;
    let last = first;
    for (; last < most; last++) {
      const message = messages[last]!;
      const length = lengthOf(message);
      const next = at + aligned(length + room);
      if (length > longest || next > ioBytes) break;
      bytes.set(message, io + at + input);
      // the buffer that sealed messages share goes to the caller, with nothing of earlier ones in its gaps
      for (let gap = at + length + room; gap < next; gap++) bytes[io + gap] = 0;
      jobs[2 * (last - first) + 1] = length - uncounted;
      prepare?.(last, last - first);
      end = at + length + room;
      at = next;
    }
    plan.run(first, last, end);
    first = last;
  }
}

/** Bytes that a message of `length` bytes takes: the next begins at a multiple of 16. */
export function aligned(length: number): number {
  return (length + 15) & ~15;
}
