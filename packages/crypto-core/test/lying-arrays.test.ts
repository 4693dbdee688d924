// Arrays whose own properties are not true: what is sealed, opened and hashed is what the array holds, and neither the
// keys beside it nor the salts of other records are touched.
import { describe, expect, test } from 'vitest';
import {
  type Crypto,
  createCrypto,
  handleToHex,
  joinRecords,
  parseRecordHeader,
  recordToText,
  splitRecords,
} from '../src/index.ts';
import { engineNames } from './engine-names.ts';

const long = Uint8Array.from({ length: 300_000 }, (_, i) => i * 7);
const short = Uint8Array.from({ length: 40 }, (_, i) => i);

/** Says 10, then 300,000, then 10 again. */
function withChangingLength(bytes: Uint8Array): Uint8Array {
  let calls = 0;
  return Object.defineProperty(bytes.slice(), 'length', { get: () => (calls++ % 2 === 0 ? 10 : 300_000) });
}

class Deceiver extends Uint8Array {
  override get length(): number {
    return 10;
  }
  override get byteLength(): number {
    return 20;
  }
  override get byteOffset(): number {
    return 8;
  }
  override get buffer(): ArrayBuffer {
    return new ArrayBuffer(500_000);
  }
  override subarray(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(400_000);
  }
  override slice(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(400_000);
  }
  override at(): number {
    return 1;
  }
}

/** `subarray` and `slice` of the platform make what the constructor's species makes. */
class ForeignSpecies extends Uint8Array {
  static get [Symbol.species](): Uint8ArrayConstructor {
    return class extends Uint8Array {
      constructor() {
        super(400_000);
      }
    } as unknown as Uint8ArrayConstructor;
  }
}

const lies: [string, (bytes: Uint8Array) => Uint8Array][] = [
  ['a length of its own', (bytes) => Object.defineProperty(bytes.slice(), 'length', { value: 10 })],
  ['a length that is too great', (bytes) => Object.defineProperty(bytes.slice(), 'length', { value: 2 ** 33 })],
  ['a length that changes', withChangingLength],
  ['a class that overrides everything', (bytes) => new Deceiver(bytes)],
  ['a class with a species of its own', (bytes) => new ForeignSpecies(bytes)],
  ['methods of its own', (bytes) => Object.assign(bytes.slice(), { subarray: () => long, slice: () => long })],
];

async function throughStream(stream: TransformStream<Uint8Array, Uint8Array>, bytes: Uint8Array): Promise<Buffer> {
  const writer = stream.writable.getWriter();
  void writer.write(bytes).then(() => writer.close());
  const pieces: Uint8Array[] = [];
  for await (const piece of stream.readable as unknown as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe.each(engineNames)('%s', (engine) => {
  const crypto: Crypto = createCrypto({ engine });
  const context = { job: '1' };
  const key = crypto.importKey(crypto.randomBytes(32), { algorithm: 'aes-256-gcm' });
  // Later keys lie behind the input of the module, where a copy that is too long would end.
  const others = Array.from({ length: 64 }, () =>
    crypto.importKey(crypto.randomBytes(32), { algorithm: 'aes-256-gcm' }),
  );
  const witnesses = others.map((other) => crypto.seal(other, short, context));
  const expectKeysWhole = () =>
    others.forEach((other, i) => void expect(crypto.open(other, witnesses[i]!, context).plaintext).toEqual(short));

  describe.each(lies)('%s', (_, lie) => {
    test.each([short, long])('records', async (bytes) => {
      const record = crypto.seal(key, lie(bytes), context);
      expect(crypto.open(key, lie(record), context).plaintext).toEqual(bytes);
      const [one, two] = crypto.sealMany(key, [
        { plaintext: lie(bytes), context },
        { plaintext: short, context },
      ]);
      const opened = crypto.openMany(key, [
        { record: lie(one!), context },
        { record: two!, context },
      ]);
      expect(opened).toMatchObject([{ plaintext: bytes }, { plaintext: short }]);
      const streamed = await throughStream(crypto.sealStream(key, context) as TransformStream, lie(bytes));
      expect(crypto.open(key, new Uint8Array(streamed), context).plaintext).toEqual(bytes);
      const back = await throughStream(crypto.openStream(key, context) as TransformStream, lie(record));
      expect(back.equals(bytes)).toBe(true);
      expect(splitRecords(lie(joinRecords([lie(record), two!])))).toEqual([record, two]);
      expect(parseRecordHeader(lie(record)).handle).toEqual(key.handle);
      expect(recordToText(lie(record))).toBe(recordToText(record));
      expectKeysWhole();
    });

    test('contexts, keys and digests', () => {
      const record = crypto.seal(key, short, { job: lie(short), part: lie(long.subarray(0, 3000)) });
      expect(crypto.open(key, record, { job: short, part: long.subarray(0, 3000) }).plaintext).toEqual(short);
      for (const bytes of [short, long]) expect(crypto.sha512(lie(bytes))).toEqual(crypto.sha512(bytes));
      const bytes = crypto.randomBytes(32);
      const imported = crypto.importKey(lie(bytes), { algorithm: 'aes-256-gcm' });
      const plain = crypto.importKey(bytes, { algorithm: 'aes-256-gcm' });
      expect(crypto.open(plain, crypto.seal(imported, short, context), context).plaintext).toEqual(short);
      expect(() => crypto.importKey(lie(long), { algorithm: 'aes-256-gcm' })).toThrow('32 bytes');
      const handle = crypto.randomBytes(8);
      const named = crypto.importKey(bytes, { algorithm: 'aes-256-gcm', handle: lie(handle) });
      expect([named.handle, crypto.seal(named, short, {}).slice(4, 12)]).toEqual([handle, handle]);
      expect(() => crypto.importKey(bytes, { algorithm: 'aes-256-gcm', handle: lie(short) })).toThrow('8 bytes');
      expect(handleToHex(lie(handle))).toBe(handleToHex(handle));
      expectKeysWhole();
    });

    test.each([short, long])('plain AEADs', (bytes) => {
      const aead = crypto.aead('aes-256-gcm', crypto.randomBytes(32));
      const [nonce, nonces] = [crypto.randomBytes(12), crypto.randomBytes(24)];
      const sealed = aead.seal(nonce, bytes, short);
      expect(aead.seal(lie(nonce), lie(bytes), lie(short))).toEqual(sealed);
      expect(aead.open(lie(nonce), lie(sealed), lie(short))).toEqual(bytes);
      const many = aead.sealMany(nonces, [bytes, short], short);
      expect(aead.sealMany(lie(nonces), [lie(bytes), lie(short)], lie(short))).toEqual(many);
      expect(aead.openMany(lie(nonces), many.map(lie), lie(short))).toEqual([bytes, short]);
      expectKeysWhole();
    });
  });

  test('what is no array of bytes is refused, and runs no code of its own', () => {
    let asked = 0;
    const trap = () => {
      asked++;
      return Uint8Array.prototype;
    };
    const proxy = new Proxy(short.slice(), { getPrototypeOf: trap, get: trap });
    const heir = Object.create(Uint8Array.prototype, { length: { value: 40 } });
    for (const wrong of [
      proxy,
      heir,
      new Uint16Array(8),
      new Uint8ClampedArray(8),
      'x',
      null,
      7,
      new DataView(new ArrayBuffer(8)),
    ])
      expect(() => crypto.seal(key, wrong as never, context)).toThrow(TypeError);
    expect(asked).toBe(0);
  });

  test('associated data and messages of 2 GiB are too large, said in our words', () => {
    const aead = crypto.aead('chacha20-poly1305', crypto.randomBytes(32));
    const huge = new Uint8Array(2 ** 31);
    const nonce = crypto.randomBytes(12);
    expect(() => aead.seal(nonce, short, huge)).toThrow(expect.objectContaining({ code: 'input_too_large' }));
    expect(() => aead.open(nonce, short, huge)).toThrow(expect.objectContaining({ code: 'input_too_large' }));
    expect(() => aead.seal(nonce, huge)).toThrow(expect.objectContaining({ code: 'input_too_large' }));
    expect(() => aead.sealMany(nonce, [short], huge)).toThrow(expect.objectContaining({ code: 'input_too_large' }));
  });

  test('messages that shrink while they are read get salts of their own', () => {
    const messages: { plaintext: Uint8Array; context: { job: string } }[] = [{ plaintext: short, context }];
    const last = {
      context,
      get plaintext() {
        messages.length = 1;
        return short;
      },
    };
    const salts = new Set<string>();
    for (let i = 0; i < 3; i++) {
      messages[1] = last;
      for (const record of crypto.sealMany(key, messages))
        salts.add(Buffer.from(record.subarray(12, 36)).toString('hex'));
    }
    expect(salts.size).toBe(6);
  });
});
