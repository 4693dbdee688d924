// Values that no JSON has: a result or a coded error, never a crash, a hang, a call into the value, or a changed value.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import {
  createDetector,
  detect,
  detectText,
  explain,
  hasPii,
  piiFields,
  redact,
  type UnscannableReason,
} from '../src/index.ts';

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'ann@example.com';
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
}

function reasons(value: unknown): UnscannableReason[] {
  return detect(value).unscannable.map(({ reason }) => reason);
}

/** Every question about the value agrees that there is something to hide. */
function expectSensitive(value: unknown): void {
  expect(hasPii(value)).toBe(true);
  expect(piiFields(value).length).toBeGreaterThan(0);
  expect(() => redact(value)).not.toThrow();
}

test.each([
  ['objects', (inner: unknown) => ({ a: inner })],
  ['arrays', (inner: unknown) => [inner]],
  ['both', (inner: unknown) => [{ a: inner }]],
])('10,000 levels of %s are too deep', (_name, wrap) => {
  const value = nested(10_000, wrap);
  expect(reasons(value)).toEqual(['too_deep']);
  expectSensitive(value);
});

test('JSON in strings below the levels that are read is too deep, never clean', () => {
  let text = JSON.stringify({ password: 'hunter2' });
  for (let i = 0; i < 9; i++) text = JSON.stringify({ inner: text });
  expect(reasons({ text })).toEqual(['too_deep']);
  expect(reasons({ text: `${'['.repeat(2000)}1${']'.repeat(2000)}` })).toEqual(['too_deep']);
  expectSensitive({ text });
});

test('cycles are named, shared parts are not', () => {
  const value: Record<string, unknown> = { email: 'ann@example.com' };
  value.self = value;
  value.list = [value];
  expect(reasons(value)).toEqual(['cycle', 'cycle']);
  expectSensitive(value);
  const part = { email: 'ann@example.com' };
  expect(piiFields({ a: part, b: part })).toEqual(['/a/email', '/b/email']);
});

test('getters are never called, in objects and in arrays', () => {
  const getter = vi.fn(() => 'ann@example.com');
  const object = Object.defineProperty({}, 'x', { get: getter, enumerable: true });
  const array = Object.defineProperty(['a'], 0, { get: getter, enumerable: true });
  expect(reasons([object, array])).toEqual(['getter', 'getter']);
  expectSensitive([object, array]);
  expect(redact({ object })).toEqual({ object: { x: '[unscannable]' } });
  expect(getter).not.toHaveBeenCalled();
});

test('proxies that throw are unreadable', () => {
  const thrower = () => {
    throw new Error('trap');
  };
  for (const trap of ['ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf'] as const) {
    expectSensitive({ a: new Proxy({ x: 'a' }, { [trap]: thrower }) });
    expectSensitive({ a: new Proxy(['a'], { [trap]: thrower, get: thrower }) });
  }
  const { proxy, revoke } = Proxy.revocable({ x: 'a' }, {});
  revoke();
  expect(reasons([proxy])).toEqual(['unreadable']);
  expectSensitive([proxy]);
});

test('proxies that throw later on are never a crash', () => {
  const proxyOf = (target: object, trap: 'ownKeys' | 'getOwnPropertyDescriptor', calls: number) => {
    let left = calls;
    const failing = (...args: unknown[]) => {
      if (--left < 0) throw new Error('trap');
      return Reflect.apply(Reflect[trap], undefined, args);
    };
    return new Proxy(target, { [trap]: failing });
  };
  for (const trap of ['ownKeys', 'getOwnPropertyDescriptor'] as const) {
    for (let calls = 0; calls < 16; calls++) {
      for (const target of [{ name: 'ssn', value: '536228741' }, ['a', 'b']]) {
        for (const ask of [detect, piiFields, hasPii, redact]) {
          expect(() => ask(proxyOf(target, trap, calls)), `${trap} ${calls}`).not.toThrow();
        }
      }
    }
  }
  expect(reasons(proxyOf({ name: 'ssn', value: '536228741' }, 'ownKeys', 1))).toEqual(['unreadable']);
  expect(redact(proxyOf(['a'], 'ownKeys', 0))).toBe('[unscannable]');
});

test('what JSON does not hold', () => {
  expect(reasons(new Map([['a', 'ann@example.com']]))).toEqual(['not_json']);
  expect(reasons({ a: new Set([1]), b: new Uint8Array(4), c: new ArrayBuffer(4) })).toEqual(Array(3).fill('not_json'));
  expect(reasons({ a: { toJSON: () => 'ann@example.com' } })).toEqual(['not_json']);
  expect(detect([undefined, null, Symbol('s'), () => 0, Number.NaN, Number.POSITIVE_INFINITY, true])).toEqual({
    findings: [],
    unscannable: [],
  });
  expect(piiFields({ [Symbol('email')]: 'ann@example.com', a: 1 })).toEqual([]);
  expect(reasons({ n: 10n ** 50n })).toEqual(['too_long']);
  expect(piiFields({ card_number: 4111111111111111n })).toEqual(['/card_number']);
});

test('what says itself what it is in JSON is not taken for what it looks like', () => {
  const toJSON = () => 'ann@example.com';
  class LateDate extends Date {
    override toISOString(): string {
      return 'ann@example.com';
    }
  }
  const values = [
    Object.assign(new Date(0), { toJSON }),
    Object.assign(new Date(0), { toISOString: toJSON }),
    new LateDate(0),
    Object.assign([1], { toJSON }),
    Object.assign(new String('x'), { toJSON }),
    Object.defineProperty({ a: 1 }, 'toJSON', { value: toJSON, enumerable: false }),
    Object.defineProperty({ a: 1 }, 'toJSON', { get: () => toJSON, enumerable: false }),
  ];
  for (const value of values) {
    expect(JSON.stringify(value)).toBe('"ann@example.com"');
    expect(reasons([value])).toEqual(['not_json']);
    expectSensitive([value]);
  }
  expect(reasons([new Date(0), new Date(Number.NaN), new String('x')])).toEqual([]);
});

test('keys that name parts of the language are keys', () => {
  const value: unknown = JSON.parse(
    '{"__proto__":{"email":"ann@example.com"},"constructor":"b@example.com","toString":1}',
  );
  expect(piiFields(value)).toEqual(['/__proto__/email', '/constructor']);
  const clear = redact(value) as object;
  expect(JSON.stringify(clear)).toBe('{"__proto__":{"email":"[email]"},"constructor":"[email]","toString":1}');
  expect(Object.getPrototypeOf(clear)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>).email).toBeUndefined();
  expect(piiFields(Object.assign(Object.create(null), { email: 'ann@example.com' }))).toEqual(['/email']);
});

test('boxed values are what is in them', () => {
  const value = { a: new String('ann@example.com'), ssn: new Number(123456789), ok: new Boolean(true) };
  expect(piiFields(value)).toEqual(['/a', '/ssn']);
  expect(redact(value)).toMatchObject({ a: '[email]', ssn: '[ssn]' });
});

test('what is found is never much more than what was given', () => {
  const parts = JSON.parse(`${'['.repeat(256)}${Array(20_000).fill('[]')}${']'.repeat(256)}`);
  expect(detect(parts).unscannable.length).toBeLessThanOrEqual(1001);
  expect(piiFields(parts)).toEqual(['']);
  let deep: unknown = Array.from({ length: 1000 }, () => ({ email: 'ann@example.com' }));
  for (let i = 0; i < 200; i++) deep = { [`${'k'.repeat(500)}${i}`]: deep };
  const found = detect(deep).findings;
  expect(found).toMatchObject([{ kind: 'email', start: 0, end: 0 }]);
  expect(found[0]!.pointer.length).toBeLessThan(10_000);
  expect(piiFields(deep)).toEqual([found[0]!.pointer]);
});

test('parts that are shared a billion times are too many, and no more than is kept is found', () => {
  let shared: unknown = { email: 'ann@example.com' };
  for (let i = 0; i < 40; i++) shared = [shared, shared];
  const detector = createDetector({ limits: { maxNodes: 100_000 } });
  const { findings, unscannable } = detector.detect(shared);
  expect(unscannable).toEqual([{ pointer: '', reason: 'too_many' }]);
  expect(findings.length).toBeLessThan(100_000);
  expect(detector.piiFields(shared)).toEqual(['']);
  expect(detector.redact(shared)).toBe('[unscannable]');
});

test('a million findings are too many', () => {
  const { findings, unscannable } = detectText('a@b.co '.repeat(1_000_001));
  expect(unscannable).toEqual([{ pointer: '', reason: 'too_many' }]);
  expect(findings.length).toBe(1_000_000);
});

test('a key that cannot be scanned makes its object unscannable', () => {
  let key = '{"a":1}';
  for (let i = 0; i < 5; i++) key = JSON.stringify({ key });
  expect(detect({ x: { [key]: 1 } }).unscannable).toEqual([{ pointer: '/x', reason: 'too_deep' }]);
  expectSensitive({ x: { [key]: 1 } });
});

test('what could not be scanned in a string of JSON is not forgotten for what comes behind it', () => {
  let text = '{"a":1}';
  for (let i = 0; i < 6; i++) text = JSON.stringify({ text, a_name_never_seen_before: i });
  expect(reasons({ text })).toEqual(['too_deep']);
});

test('sparse arrays', () => {
  const sparse: unknown[] = [];
  sparse[5000] = 'ann@example.com';
  expect(piiFields(sparse)).toEqual(['/5000']);
  expect((redact(sparse) as unknown[]).length).toBe(5001);
  expect(reasons(new Array(2 ** 32 - 1))).toEqual(['too_many']);
});

test('lone surrogates and texts that fold to other lengths keep their offsets', () => {
  const text = '\ud800 ann@example.com \udc00\u200b\u00ad 4111\u200b1111\u00ad11111111 \ud83d';
  for (const { kind, start, end } of detectText(text).findings) {
    expect(text.slice(start, end)).toBe(kind === 'email' ? 'ann@example.com' : '4111\u200b1111\u00ad11111111');
  }
  expect(detectText(text).findings).toHaveLength(2);
});

test('10 MB strings are scanned to their end; above the limit they are too long', () => {
  const text = `${'lorem ipsum '.repeat(873_814)}ann@example.com`;
  expect(text.length).toBeGreaterThan(10 * 2 ** 20);
  expect(detectText(text).findings).toMatchObject([{ kind: 'email', end: text.length }]);
  expect(detectText('x'.repeat(10 * 2 ** 20)).findings).toEqual([]);
  // Where expressions would overflow the stack of the engine.
  const blanks = ' '.repeat(2 ** 23);
  expect(detectText(`-----BEGIN PRIVATE KEY-----${blanks}`).findings).toEqual([]);
  expect(detect({ tax_id: '1'.repeat(2 ** 23) }).findings).toEqual([]);
  expect(detectText(`curl -u a:${'x'.repeat(2 ** 23)}`).findings).toEqual([]);
  expect(reasons({ text: 'a'.repeat(2 ** 24 + 1) })).toEqual(['too_long']);
});

test('JSON that breaks off in front of 300,000 findings', () => {
  const { findings } = detectText(`[1] ${'a@b.co '.repeat(300_000)}`);
  expect(findings.length).toBe(300_000);
});

test('limits fail closed', () => {
  const value = { list: Array.from({ length: 100 }, (_, i) => ({ i })) };
  const detector = createDetector({ limits: { maxNodes: 50, maxDepth: 2 } });
  expect(detector.hasPii(value)).toBe(true);
  expect(createDetector({ limits: { maxNodes: 50 } }).piiFields(value)).toEqual(['']);
  expect(createDetector({ limits: { maxTextUnits: 3 } }).piiFields({ a: 'abcd', b: 'abc' })).toEqual(['/a']);
});

test('a custom detector that throws or answers nonsense makes its text unscannable', () => {
  const broken = createDetector({
    custom: [
      {
        kind: 'custom:broken',
        find: (text) => {
          if (text === 'throw') throw new Error('boom');
          return [{ start: 0, end: text.length + 1 }];
        },
      },
    ],
  });
  expect(broken.detect(['throw', 'range']).unscannable.map(({ reason }) => reason)).toEqual([
    'detector_failed',
    'detector_failed',
  ]);
});

test('what asks the detector again while it is asked gets an answer, and the first stays as it was', () => {
  const text = 'a@b.co, call +1 415 555 2671 or c@d.ef';
  const asking = (): void => {
    if (depth++ < 3) expect(detector.detect(['card 4111 1111 1111 1111', 'x@y.zz']).findings).toHaveLength(2);
  };
  let depth = 0;
  const detector = createDetector({
    allow: () => {
      asking();
      return false;
    },
    custom: [
      {
        kind: 'custom:asking',
        find: () => {
          asking();
          return [];
        },
      },
    ],
  });
  detector.detect(null); // now there is a state to take
  expect(detector.detectText(text).findings).toEqual(detectText(text).findings);
  expect(depth).toBeGreaterThan(3);
});

test('a second opinion that throws drops nothing', () => {
  const validatePhone = () => {
    throw new Error('no metadata');
  };
  expect(createDetector({ validatePhone }).piiFields({ phone: '+14155552671', n: 1 })).toEqual(['/phone']);
});

test('what one caller does with an answer changes no other', () => {
  (detect({ n: 1 }).findings as unknown[]).push('spoilt');
  expect(detect({ n: 2 }).findings).toEqual([]);
});

test('a value is never changed, even a frozen one', () => {
  const value = {
    email: 'ann@example.com',
    list: [{ ssn: '123-45-6789' }, 4111111111111111, null],
    text: JSON.stringify({ password: 'hunter2' }),
    when: new Date(0),
  };
  const before = structuredClone(value);
  const freeze = (part: object): object => {
    for (const inner of Object.values(part)) if (typeof inner === 'object' && inner !== null) freeze(inner);
    return Object.freeze(part);
  };
  freeze(value);
  detect(value);
  piiFields(value);
  for (const style of ['label', 'mask', 'last4', 'remove'] as const) redact(value, style);
  expect(value).toEqual(before);
});

test('wrong arguments are said at once', () => {
  expect(() => detectText(5 as unknown as string)).toThrow(TypeError);
  expect(() => createDetector({ threshold: 2 })).toThrow(RangeError);
  expect(() => createDetector({ kinds: ['emial' as 'email'] })).toThrow(/emial/);
  expect(() => createDetector({ limits: { maxDepth: 0 } })).toThrow(RangeError);
  expect(() => redact({}, 'blur' as 'mask')).toThrow(/style/);
  for (const wrong of [null, undefined, 5, {}]) expect(() => explain(wrong as never)).toThrow(/takes a finding/);
});

test('a name that is remembered does not keep the text that it stood in', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const detector = createDetector();
  const filler = 'lorem ipsum dolor '.repeat(15_000);
  const usedBytes = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const start = usedBytes();
  for (let i = 0; i < 100; i++)
    detector.detect(Buffer.from(`{"a_rather_long_name_${i}_x":"","n":"${filler}"}`).toString());
  // 27 MB of texts.
  expect(usedBytes() - start).toBeLessThan(10_000_000);
});

test('names are remembered, but not without end', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const detector = createDetector();
  const usedBytes = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const learn = (from: number, to: number) => {
    for (let i = from; i < to; i++) detector.detectText(`{"some_name_${i.toString(36)}":0}`);
  };
  learn(0, 1_000);
  const start = usedBytes();
  learn(1_000, 60_000);
  expect(usedBytes() - start).toBeLessThan(5_000_000);
});
