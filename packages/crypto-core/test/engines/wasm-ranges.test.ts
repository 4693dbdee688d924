// Numbers that the engine never gives, at the module's border: each call traps before it touches memory beside its own,
// or refuses, and all of the memory but the stack stays as it was.
import { describe, expect, test } from 'vitest';
import { compileInline } from '../../src/engines/wasm-inline.ts';
import { instantiate, type WasmInstance } from '../../src/engines/wasm-instance.ts';

const [chunk, tag, body, frame, ioBytes] = [16_384, 16, 68, 100, 131_072];
const most = 0xffff_ffff;
/** From address 0 on (tools/build-wasm.sh). */
const stackBytes = 32_768;

function prepared(): WasmInstance {
  const instance = instantiate(compileInline());
  instance.bytes.fill(7, instance.io, instance.io + instance.ioBytes);
  instance.exports.import_record_key(0);
  instance.exports.import_aead_key(0, 0);
  return instance;
}

type Call = (exports: WasmInstance['exports']) => unknown;
/** A name, the call, and the jobs of a batch. */
type Row = [string, Call, number[]?];

function expectTrap(_: string, call: Call, batch = [frame, 20, 2 * frame, 20]): void {
  const { exports, bytes, jobs } = prepared();
  jobs.set(batch);
  const before = bytes.slice();
  expect(() => call(exports)).toThrow(expect.objectContaining({ name: 'RuntimeError' }));
  expect(Buffer.compare(bytes.subarray(stackBytes), before.subarray(stackBytes))).toBe(0);
}

describe.each([2_048, 100_000, most])('record key %i', (slot) => {
  test.each<Row>([
    ['import_record_key', (x) => x.import_record_key(slot)],
    ['free_record_key', (x) => x.free_record_key(slot)],
    ['derive_message_key', (x) => x.derive_message_key(slot, 0, frame, 0)],
  ])('%s', expectTrap);
});

describe.each([448, 100_000, most])('AEAD key %i', (slot) => {
  test.each<Row>([
    ['import_aead_key', (x) => x.import_aead_key(slot, 0)],
    ['free_aead_key', (x) => x.free_aead_key(slot)],
    ['derive_message_key', (x) => x.derive_message_key(0, 0, frame, slot)],
    ['seal_chunks', (x) => x.seal_chunks(slot, 0, 0, 5, 1)],
    ['open_chunks', (x) => x.open_chunks(slot, 0, 0, 21)],
    ['seal_aead', (x) => x.seal_aead(slot, 0, 0, 5)],
    ['open_aead', (x) => x.open_aead(slot, 0, 0, 5)],
    ['seal_aeads', (x) => x.seal_aeads(slot, 0, 0, 1)],
    ['open_aeads', (x) => x.open_aeads(slot, 0, 0, 1)],
    ['add_piece', (x) => x.add_piece(slot, 1, 5)],
  ])('%s', expectTrap);
});

describe.each([most, most - body, 0x8000_0000, ioBytes + 1])('a message of %i bytes', (length) => {
  test.each<Row>([
    ['seal_record', (x) => x.seal_record(0, 0, frame, length)],
    ['open_record', (x) => x.open_record(0, 0, frame, length)],
    ['seal_chunks', (x) => x.seal_chunks(0, 0, 0, length, 1)],
    ['open_chunks', (x) => x.open_chunks(0, 0, 0, length)],
    ['seal_aead', (x) => x.seal_aead(0, 0, 0, length)],
    ['open_aead', (x) => x.open_aead(0, 0, 0, length)],
    ['seal_aead, associated data', (x) => x.seal_aead(0, 0, length, 0)],
    ['seal_aeads, associated data', (x) => x.seal_aeads(0, 0, length, 1)],
    ['add_piece', (x) => x.add_piece(0, 1, length)],
    ['sha512', (x) => x.sha512(1, length, length)],
    ['seal_records', (x) => x.seal_records(0, 0, 0, 1), [frame, length]],
    ['open_records', (x) => x.open_records(0, 0, 0, 1), [frame, length]],
    ['seal_aeads', (x) => x.seal_aeads(0, 0, 0, 2), [0, 20, 0, length]],
    ['open_aeads', (x) => x.open_aeads(0, 0, 0, 2), [0, 20, 0, length]],
  ])('%s', expectTrap);
});

test.each<Row>([
  ['more chunks than a call takes', (x) => x.seal_record(0, 0, frame, 7 * chunk)],
  ['the same to open', (x) => x.open_record(0, 0, frame, body + 7 * (chunk + tag) + 1)],
  ['less than the shortest record', (x) => x.open_record(0, 0, frame, body + tag - 1)],
  ['less than the shortest record of a batch', (x) => x.open_records(0, 0, 0, 1), [frame, 83]],
  ['a frame without a salt', (x) => x.seal_record(0, 0, 35, 5)],
  ['a frame that ends before it begins', (x) => x.seal_records(0, 0, frame + 1, 1)],
  ['a frame beyond all frames', (x) => x.seal_record(0, 0, 36 + 65_537, 5)],
  ['a frame from beyond all frames', (x) => x.seal_records(0, 0, most, 1)],
  ['a batch without a job for each', (x) => x.seal_aeads(0, 0, 0, 257)],
  ['a batch of records without a job for each', (x) => x.open_aeads(0, 0, 0, 257)],
  ['messages that do not fit together', (x) => x.seal_aeads(0, 0, 0, 8), new Array(16).fill(16_384)],
])('%s', expectTrap);

test('chunks whose last is shorter than a tag are refused', () => {
  const { exports } = prepared();
  for (let rest = 1; rest < tag; rest++) expect(exports.open_chunks(0, 0, 0, rest)).toBe(0);
});
