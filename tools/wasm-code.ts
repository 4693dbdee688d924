// Walks the code of a WebAssembly module (core specification 2.0, binary format, and relaxed SIMD), as far as the modules
// of this repository go; anything else is an error.

const relaxedSwizzle = 0x100;

/** File offsets of all `i8x16.relaxed_swizzle` instructions. Throws for other relaxed instructions. */
export function relaxedSwizzles(module: Uint8Array): number[] {
  const reader = new Reader(module);
  const found: number[] = [];
  reader.at = 8;
  while (reader.at < module.length) {
    const section = reader.byte();
    const end = reader.unsigned() + reader.at;
    if (section === 10) {
      for (let count = reader.unsigned(); count > 0; count--) walkBody(reader, found);
    }
    reader.at = end;
  }
  return found;
}

class Reader {
  at = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    return this.bytes[this.at++]!;
  }

  /** LEB128; only the low 32 bits count. */
  unsigned(): number {
    let result = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      if (shift < 32) result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result >>> 0;
    }
  }

  skipNumbers(count: number): void {
    for (; count > 0; count--) this.unsigned();
  }
}

function walkBody(reader: Reader, found: number[]): void {
  const end = reader.unsigned() + reader.at;
  for (let groups = reader.unsigned(); groups > 0; groups--) reader.skipNumbers(2);
  while (reader.at < end) {
    const start = reader.at;
    const opcode = reader.byte();
    if (opcode !== 0xfd) skipPlain(reader, opcode);
    else if (skipVector(reader) === relaxedSwizzle) found.push(start);
  }
  if (reader.at !== end) throw new Error('lost the way in a function body');
}

/** Opcodes with one number after them: blocks, branches, calls, memory.size, memory.grow, constants. */
const oneNumber = [0x02, 0x03, 0x04, 0x0c, 0x0d, 0x10, 0x3f, 0x40, 0x41, 0x42];
const nothing = [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b];

function skipPlain(reader: Reader, opcode: number): void {
  if (opcode === 0xfc) skipMemory(reader);
  else if (opcode === 0x0e)
    reader.skipNumbers(reader.unsigned() + 1); // br_table
  else if (opcode === 0x11 || (opcode >= 0x28 && opcode <= 0x3e))
    reader.skipNumbers(2); // call_indirect, loads, stores
  else if (oneNumber.includes(opcode) || (opcode >= 0x20 && opcode <= 0x26)) reader.skipNumbers(1);
  else if (opcode === 0x43) reader.at += 4;
  else if (opcode === 0x44) reader.at += 8;
  else if (!nothing.includes(opcode) && (opcode < 0x45 || opcode > 0xc4)) {
    throw new Error(`unknown opcode ${opcode.toString(16)}`);
  }
}

function skipMemory(reader: Reader): void {
  const opcode = reader.unsigned();
  if (opcode === 10)
    reader.skipNumbers(2); // memory.copy
  else if (opcode === 11)
    reader.skipNumbers(1); // memory.fill
  else if (opcode > 7) throw new Error(`unknown opcode fc ${opcode.toString(16)}`);
}

function skipVector(reader: Reader): number {
  const opcode = reader.unsigned();
  if (opcode <= 11 || opcode === 92 || opcode === 93) reader.skipNumbers(2);
  else if (opcode === 12 || opcode === 13) reader.at += 16;
  else if (opcode >= 21 && opcode <= 34) reader.at += 1;
  else if (opcode >= 84 && opcode <= 91) {
    reader.skipNumbers(2);
    reader.at += 1;
  } else if (opcode > 255 && opcode !== relaxedSwizzle) throw new Error(`relaxed opcode fd ${opcode.toString(16)}`);
  return opcode;
}
