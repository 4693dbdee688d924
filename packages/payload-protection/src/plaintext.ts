// The bytes inside a record: UTF-8 JSON, perhaps deflated, perhaps padded (design: sealed record, plaintext).
import { deflateSync, Inflate } from 'fflate';
import type { ByteWriter } from './byte-writer.ts';
import { ProtectionError } from './errors.ts';
import { writeJsonString } from './json-string.ts';
import type { TakenValue } from './take.ts';
import { utf8 } from './utf8.ts';

export interface Plaintext {
  readonly bytes: Uint8Array;
  readonly compressed: boolean;
  readonly padded: boolean;
}

export interface PlaintextOptions {
  /** Undefined: never deflate. */
  readonly compressAboveBytes: number | undefined;
  readonly padding: boolean;
  readonly maxBytes: number;
}

/** All plaintexts below this are padded to it, so that short values do not differ. */
const minPaddedBytes = 64;
/** Deflate reaches 1,032:1, so one step can exceed the bound by at most 1 MiB before it is noticed. */
const inflateStepBytes = 1024;

/**
 * Writes values, by their places, with the options into `out`, which is empty. The bytes are a view of `out`.
 * Errors: `payload_too_large` where their JSON is longer than `maxBytes`.
 */
export function encodePlaintext(
  out: ByteWriter,
  values: readonly TakenValue[],
  { compressAboveBytes, padding, maxBytes }: PlaintextOptions,
): Plaintext {
  writeValues(out, values, maxBytes);
  let compressed = false;
  if (compressAboveBytes !== undefined && out.length > compressAboveBytes) {
    const deflated = deflateSync(out.written());
    compressed = deflated.length < out.length;
    if (compressed) out.replace(deflated);
  }
  if (padding) pad(out);
  return { bytes: out.written(), compressed, padded: padding };
}

function writeValues(out: ByteWriter, values: readonly TakenValue[], maxBytes: number): void {
  out.byte(0x7b);
  for (let i = 0; i < values.length; i++) {
    const { member, value } = values[i]!;
    if (i > 0) out.byte(0x2c);
    out.text(member);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (text.length > maxBytes) throw tooLarge(maxBytes);
    if (typeof value === 'string') writeJsonString(out, text);
    else out.text(text);
    if (out.length >= maxBytes) throw tooLarge(maxBytes); // one byte more is to come
  }
  out.byte(0x7d);
}

function tooLarge(maxBytes: number): ProtectionError {
  return new ProtectionError('payload_too_large', `the values to seal are longer than ${maxBytes} bytes of JSON`);
}

/** Errors: `plaintext_malformed`, also where the JSON would be longer than `maxBytes`. */
export function decodePlaintext({ bytes, compressed, padded }: Plaintext, maxBytes: number): string {
  const unpadded = padded ? unpad(bytes) : bytes;
  if (unpadded.length > maxBytes) tooLong(maxBytes);
  return decodeUtf8(compressed ? inflate(unpadded, maxBytes) : unpadded);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed('is not UTF-8');
  }
}

function pad(out: ByteWriter): void {
  const size = padmeSize(Math.max(out.length + 1, minPaddedBytes));
  const end = out.length;
  out.reserve(size - end);
  out.buffer[end] = 0x80;
  out.buffer.fill(0, end + 1, size);
  out.length = size;
}

function unpad(bytes: Uint8Array): Uint8Array {
  let end = bytes.length - 1;
  while (end >= 0 && bytes[end] === 0) end--;
  if (end < 0 || bytes[end] !== 0x80) throw malformed('has no valid padding');
  return bytes.subarray(0, end);
}

/** The next size that shows no more than log2(log2(size)) bits of the length (Padmé; Nikitin et al., PETS 2019). */
export function padmeSize(size: number): number {
  const exponent = 31 - Math.clz32(size);
  const freeBits = exponent - (32 - Math.clz32(exponent));
  const mask = 2 ** Math.max(freeBits, 0) - 1;
  return (size + mask) & ~mask;
}

function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const inflater = new Inflate((chunk) => {
    length += chunk.length;
    if (length > maxBytes) tooLong(maxBytes);
    chunks.push(chunk);
  });
  try {
    for (let at = 0; at < bytes.length; at += inflateStepBytes) {
      const end = Math.min(at + inflateStepBytes, bytes.length);
      inflater.push(bytes.subarray(at, end), end === bytes.length);
    }
  } catch (error) {
    if (error instanceof ProtectionError) throw error;
    throw malformed('cannot be inflated');
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function tooLong(maxBytes: number): never {
  throw malformed(`is longer than ${maxBytes} bytes; raise limits.maxPlaintextBytes if that is intended`);
}

export function malformed(why: string): ProtectionError {
  return new ProtectionError('plaintext_malformed', `the record opened, but its content ${why}`);
}
