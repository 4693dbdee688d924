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
  /** Puts what the run needs (frame end, nonce, ...) for message `index`, at `position` of its run. */
  prepare?(index: number, position: number): void;
  /** Messages first..last are in place, at `offsets` from the start of input and output. */
  run(first: number, last: number, offsets: readonly number[]): void;
  /** A message that is too long for a run. */
  single(index: number): void;
}

export function runBatch({ bytes, io, ioBytes, jobs, maxJobs }: WasmInstance, plan: BatchPlan): void {
  const { messages, before, room } = plan;
  let first = 0;
  while (first < messages.length) {
    if (lengthOf(messages[first]!) > plan.longest) {
      plan.single(first++);
      continue;
    }
    const offsets: number[] = [];
    let at = before;
    let last = first;
    for (; last < messages.length && last - first < maxJobs; last++) {
      const message = messages[last]!;
      const length = lengthOf(message);
      const next = at + ((length + room + 15) & ~15);
      if (length > plan.longest || next > ioBytes) break;
      bytes.set(message, io + at + plan.input);
      jobs[2 * (last - first) + 1] = length;
      plan.prepare?.(last, last - first);
      offsets.push(at);
      at = next;
    }
    plan.run(first, last, offsets);
    first = last;
  }
}
