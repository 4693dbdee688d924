// Records of any length through web streams: the same bytes as `seal` and `open`, one 16 KiB chunk in memory at a time.
import { createBlockSplitter } from './block-splitter.ts';
import { checkBytes } from './checked-bytes.ts';
import { bodyOffset, sealedChunkBytes, tagBytes } from './chunks.ts';
import type { GatheredContext } from './context.ts';
import type { Context, RecordKey } from './crypto.ts';
import { chunkBytes, type EngineMessageKey, headBytes } from './engines/engine.ts';
import { equalBytes } from './equal-bytes.ts';
import { CryptoError } from './errors.ts';
import { copySalt, saltBytes, saltOffset, writeSingleFrame } from './frame.ts';
import { checkHeaderBytes, flagsOffset, recordMalformed } from './record-header.ts';
import { HeldRecordKey, type LiveKey } from './record-key.ts';
import { runtime, type StreamController, type Transformer } from './runtime.ts';
import { checkKey, type Sealing, sealBroken } from './sealed-record.ts';

/** The runtime's `TransformStream`, in whichever types the program is compiled with. */
export type ByteTransform = typeof globalThis extends { TransformStream: { prototype: infer T } }
  ? T
  : { readonly readable: unknown; readonly writable: unknown };

const maxChunks = 2 ** 32;

export interface RecordStreams {
  sealStream(key: RecordKey, context: Context): ByteTransform;
  openStream(key: RecordKey, context: Context): ByteTransform;
}

export function createRecordStreams({ pool, gather }: Sealing): RecordStreams {
  return {
    sealStream(key, context) {
      const gathered = gather(context);
      pool.reserve(saltBytes);
      const live = HeldRecordKey.live(key);
      const { frames } = live.engine;
      const end = writeSingleFrame({ frames, frameStart: live.frameStart, flags: 0, context: gathered });
      pool.fill(frames, saltOffset, saltBytes);
      const head = new Uint8Array(bodyOffset);
      head.set(frames.subarray(0, headBytes));
      const message = live.engineKey.derive(end);
      head.set(message.commitment, headBytes);
      return createTransform(sealer(message, head));
    },
    openStream(key, context) {
      const gathered = gather(context);
      HeldRecordKey.live(key); // a disposed key shows at once
      return createTransform(opener((head) => openHead(HeldRecordKey.live(key), head, gathered)));
    },
  };
}

function sealer(message: EngineMessageKey, head: Uint8Array): Transformer {
  let index = 0;
  let output: StreamController;
  const seal = (chunk: Uint8Array): number => {
    output.enqueue(message.sealChunk(nextIndex(index++), chunk));
    return chunkBytes;
  };
  const blocks = createBlockSplitter(chunkBytes, seal);
  const close = () => {
    message.dispose();
    blocks.clear();
  };
  return {
    start: (controller) => controller.enqueue(head),
    transform: (bytes, controller) => {
      output = controller;
      guarded(close, () => {
        blocks.push(checkBytes(bytes, 'plaintext'));
      });
    },
    flush(controller) {
      output = controller;
      guarded(close, () => seal(blocks.rest()));
      close();
    },
    cancel: close,
  };
}

function opener(openHead: (head: Uint8Array) => EngineMessageKey): Transformer {
  let message: EngineMessageKey | undefined;
  let index = 0;
  let output: StreamController;
  const open = (block: Uint8Array): number => {
    if (!message) {
      message = openHead(block);
      return sealedChunkBytes;
    }
    const plaintext = message.openChunk(nextIndex(index++), block);
    if (!plaintext) throw sealBroken();
    output.enqueue(plaintext);
    return sealedChunkBytes;
  };
  const blocks = createBlockSplitter(bodyOffset, open);
  const close = () => {
    message?.dispose();
    blocks.clear();
  };
  return {
    transform: (bytes, controller) => {
      output = controller;
      guarded(close, () => {
        blocks.push(checkBytes(bytes, 'record'));
      });
    },
    flush(controller) {
      output = controller;
      guarded(close, () => {
        const last = blocks.rest();
        if (!message || last.length < tagBytes) throw recordMalformed('ends before its last chunk does');
        open(last);
      });
      close();
    },
    cancel: close,
  };
}

/** Reads the first 68 bytes. Throws `record_malformed`, `key_unknown`, `seal_broken`. */
function openHead(live: LiveKey, head: Uint8Array, gathered: GatheredContext): EngineMessageKey {
  checkHeaderBytes(head);
  if (head[flagsOffset] !== 0) throw recordMalformed('is compressed or padded and cannot be streamed; open it whole');
  checkKey(head, live);
  const { frames } = live.engine;
  const end = writeSingleFrame({ frames, frameStart: live.frameStart, flags: 0, context: gathered });
  copySalt(frames, 0, head);
  const message = live.engineKey.derive(end);
  if (equalBytes(message.commitment, head.subarray(headBytes))) return message;
  message.dispose();
  throw sealBroken();
}

function nextIndex(index: number): number {
  if (index >= maxChunks) throw new CryptoError('input_too_large', 'a record has at most 2^32 chunks of 16 KiB');
  return index;
}

/** A stream that failed calls nothing more, so what it holds is wiped here. */
function guarded(close: () => void, run: () => void): void {
  try {
    run();
  } catch (error) {
    close();
    throw error;
  }
}

function createTransform(transformer: Transformer): ByteTransform {
  if (runtime.TransformStream) return new runtime.TransformStream(transformer) as ByteTransform;
  throw new CryptoError('engine_unavailable', 'this runtime has no TransformStream; use seal and open');
}
