// Cuts a flow of arrays of any size into blocks of given sizes, copying only what a block's border splits.

export interface BlockSplitter {
  push(bytes: Uint8Array): void;
  /** What is left over, less than a block. */
  rest(): Uint8Array;
  /** Wipes what is held. */
  clear(): void;
}

/** `take` gets each full block, good until it returns, and answers with the size of the next. */
export function createBlockSplitter(firstSize: number, take: (block: Uint8Array) => number): BlockSplitter {
  let held = new Uint8Array(firstSize);
  let used = 0;

  function next(block: Uint8Array): void {
    const size = take(block);
    if (size !== held.length) held = new Uint8Array(size);
    used = 0;
  }

  return {
    push(bytes) {
      let offset = 0;
      while (offset < bytes.length) {
        const size = held.length;
        if (used === 0 && bytes.length - offset >= size) {
          offset += size;
          next(bytes.subarray(offset - size, offset));
          continue;
        }
        const part = bytes.subarray(offset, offset + size - used);
        held.set(part, used);
        used += part.length;
        offset += part.length;
        if (used === size) next(held);
      }
    },
    rest: () => held.subarray(0, used),
    clear() {
      held.fill(0);
      used = 0;
    },
  };
}
