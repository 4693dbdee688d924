// Frames, as engines take them: header ‖ salt ‖ context, where a record's context is
//
//   "hammerwork/1" ‖ 0x00 ‖ header ‖ pairs (context.ts)
//
// so that a record is bound to its own header as well. All but salt, flags and pairs is the same for each record of a
// key, and is made once.
import { contextTooLarge, type GatheredContext, writeContext } from './context.ts';
import type { Algorithm, SealOptions } from './crypto.ts';
import { headBytes } from './engines/engine.ts';
import { compressedFlag, encodeHeader, flagsOffset, headerBytes, paddedFlag } from './record-header.ts';
import { writeUtf8 } from './utf8.ts';

export const saltOffset: number = headerBytes;
export const saltBytes: number = headBytes - saltOffset;
const label = 'hammerwork/1\0';
const boundHeaderOffset = headBytes + label.length;
const pairsOffset = boundHeaderOffset + headerBytes;

/** A frame's beginning for records of one key: salt and flags zero. */
export function encodeFrameStart(algorithm: Algorithm, handle: Uint8Array): Uint8Array {
  const start = new Uint8Array(pairsOffset);
  const header = encodeHeader(algorithm, handle);
  start.set(header);
  writeUtf8(start, headBytes, label);
  start.set(header, boundHeaderOffset);
  return start;
}

/** Where and of what a frame is written. */
export interface FrameParts {
  readonly frames: Uint8Array;
  /** What `encodeFrameStart` made. */
  readonly frameStart: Uint8Array;
  readonly flags: number;
  readonly context: GatheredContext;
}

/** Writes a frame but for its salt. Returns its end, or -1 if it does not fit. Throws `context_malformed`. */
export function writeFrame(offset: number, { frames, frameStart, flags, context }: FrameParts): number {
  if (offset + pairsOffset > frames.length) return -1;
  frames.set(frameStart, offset);
  frames[offset + flagsOffset] = flags;
  frames[offset + boundHeaderOffset + flagsOffset] = flags;
  return writeContext(frames, offset + pairsOffset, context);
}

/** Writes the only frame. Throws `input_too_large` for a context that fits no frame. */
export function writeSingleFrame(parts: FrameParts): number {
  const end = writeFrame(0, parts);
  if (end < 0) throw contextTooLarge();
  return end;
}

/** Copies a record's salt to where its frame has it. */
export function copySalt(frames: Uint8Array, offset: number, record: Uint8Array): void {
  for (let i = saltOffset; i < headBytes; i++) frames[offset + i] = record[i]!;
}

export function flagsOf(options: SealOptions | undefined): number {
  if (!options) return 0;
  return (options.compressed ? compressedFlag : 0) | (options.padded ? paddedFlag : 0);
}
