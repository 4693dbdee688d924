import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type Detector, definePolicy, type PolicyOptions, type ProtectionErrorCode } from '../src/index.ts';
import { context, failure, protect, stored } from './fixture.ts';

const anything = definePolicy({ piiFields: ['secret?'] });
const protection = protect();
const text = 'A value that is long enough to be deflated. '.repeat(50);

function recordBytes(payload: unknown, options: PolicyOptions): number {
  return (protection.seal(payload, definePolicy(options), context) as { record: Uint8Array }).record.length;
}

describe('seal', () => {
  it('leaves the payload as it was and shares nothing that it changes', async () => {
    const payload = Object.freeze({ card: '4111', deep: Object.freeze([Object.freeze({ card: 'x', keep: 1 })]) });
    const policy = definePolicy({ piiFields: ['**.card'] });
    const { clear } = await protection.seal(payload, policy, context);
    expect(clear).toEqual({ card: null, deep: [{ card: null, keep: 1 }] });
    expect(payload).toEqual({ card: '4111', deep: [{ card: 'x', keep: 1 }] });
  });

  it('seals values of every type, and whole objects and arrays', async () => {
    const payload = { a: 0, b: false, c: '', d: {}, e: [], f: { g: [null, { h: 1 }] }, i: null };
    const policy = definePolicy({ piiFields: ['*'] });
    const sealed = await protection.seal(payload, policy, context);
    expect(sealed.clear).toEqual({ a: null, b: null, c: null, d: null, e: null, f: null, i: null });
    expect(sealed.pointers).not.toContain('/i');
    expect(await protection.open(stored(sealed), policy, context)).toEqual(payload);
  });

  it('makes a record even where there is nothing to seal', async () => {
    const sealed = await protection.seal({ plain: 1 }, anything, context);
    expect(sealed).toMatchObject({ clear: { plain: 1 }, pointers: [] });
    expect(sealed.record.length).toBe(84 + 2);
    expect(sealed.handles).toEqual([sealed.record.slice(4, 12)]);
  });

  it('allows NUL where nothing of it stays clear', async () => {
    const sealed = await protection.seal({ secret: 'a\0b' }, anything, context);
    expect(await protection.open(stored(sealed), anything, context)).toEqual({ secret: 'a\0b' });
  });

  it('takes objects without a prototype and from JSON.parse', async () => {
    const payload = Object.assign(Object.create(null), JSON.parse('{"secret":{"x":1},"y":[]}'));
    const sealed = await protection.seal(payload, anything, context);
    expect(await protection.open(stored(sealed), anything, context)).toEqual({ secret: { x: 1 }, y: [] });
  });
});

describe.each([true, false])('what is no JSON is refused, never converted (clear bound: %s)', (bindClear) => {
  const anything = definePolicy({ piiFields: ['secret?'], bindClear });
  const cycle: Record<string, unknown> = {};
  cycle.self = { cycle };
  class Person {
    name = 'x';
  }
  const deep = (levels: number): unknown => (levels === 0 ? 0 : [deep(levels - 1)]);
  const doubled = (levels: number): unknown => {
    const half = levels === 0 ? 'x' : doubled(levels - 1);
    return [half, half];
  };

  it.each<[string, unknown, ProtectionErrorCode]>([
    ['undefined', undefined, 'payload_not_json'],
    ['an undefined member', { a: undefined }, 'payload_not_json'],
    ['a hole', { a: new Array(2) }, 'payload_not_json'],
    ['a function', { a() {} }, 'payload_not_json'],
    ['a symbol', [Symbol('s')], 'payload_not_json'],
    ['a BigInt', { a: 1n }, 'payload_not_json'],
    ['NaN', [Number.NaN], 'payload_not_json'],
    ['Infinity', [Number.POSITIVE_INFINITY], 'payload_not_json'],
    ['a Date', { at: new Date(0) }, 'payload_not_json'],
    ['a Map', new Map(), 'payload_not_json'],
    ['bytes', { a: new Uint8Array(3) }, 'payload_not_json'],
    ['a class instance', { a: new Person() }, 'payload_not_json'],
    ['a boxed string', { a: Object('text') }, 'payload_not_json'],
    ['an object with toJSON', { a: { toJSON: () => 1 } }, 'payload_not_json'],
    ['an array with toJSON', { a: Object.assign([1], { toJSON: () => 1 }) }, 'payload_not_json'],
    ['an object that inherits', Object.create({ toJSON: () => 1 }), 'payload_not_json'],
    ['a toJSON that no loop shows', { a: Object.defineProperty({}, 'toJSON', { value: () => 1 }) }, 'payload_not_json'],
    ['an object that inherits from one without a prototype', Object.create(Object.create(null)), 'payload_not_json'],
    ['a cycle', cycle, 'payload_too_deep'],
    ['101 levels', deep(101), 'payload_too_deep'],
    ['2^90 values that share memory', doubled(90), 'payload_too_large'],
    ['a lone surrogate', { a: '\ud800' }, 'text_malformed'],
    ['a lone surrogate in a name', { '\udfff': 1 }, 'text_malformed'],
    ['a lone surrogate in a sealed value', { secret: '\ud800' }, 'text_malformed'],
    ['NUL in a clear value', { a: ['\0'] }, 'text_malformed'],
    ['NUL in a clear name', { 'a\0': 1 }, 'text_malformed'],
  ])('%s', async (_, payload, code) => {
    await failure(() => protection.seal(payload, anything, context), code);
    if (code !== 'text_malformed') await failure(() => protection.sealValue(payload, anything, context), code);
  });

  it('a walk that looks into everything ends, too', async () => {
    for (const selector of ['**.ssn?', '*?'] as const) {
      const policy = definePolicy({ piiFields: [selector] });
      await failure(() => protection.seal(doubled(90), policy, context), 'payload_too_large');
    }
  });

  it('but what another realm made of JSON is JSON', async () => {
    const payload = runInNewContext('({ secret: { a: [1] }, b: [{}] })');
    const sealed = await protection.seal(payload, anything, context);
    expect(await protection.open(stored(sealed), anything, context)).toEqual({ secret: { a: [1] }, b: [{}] });
  });

  it('counts characters, not bytes', async () => {
    const payload = { a: '\u20ac'.repeat(9) };
    const { seal } = protect({ limits: { maxTextUnits: 10 } });
    expect(await seal(payload, anything, context)).toMatchObject({ clear: payload });
  });

  it('counts clear numbers as long as databases give them back, bound or not, and sealed ones as they are', async () => {
    const numbers = [...Array(5).fill(1e308), 5e-324, -1e21];
    const { seal } = protect({ limits: { maxTextUnits: 2000 } });
    for (const bindClear of [true, false]) {
      const policy = definePolicy({ piiFields: ['secret?'], bindClear });
      await failure(() => seal({ numbers }, policy, context), 'payload_too_large');
      await seal({ secret: numbers }, policy, context);
      await seal({ numbers: numbers.slice(2) }, policy, context);
    }
  });

  it.each([true, false])(
    'a getter is read once: its value cannot turn after the search (bindClear %s)',
    async (bindClear) => {
      let reads = 0;
      const item = {
        get secret() {
          return reads++ === 0 ? null : 'planted';
        },
      };
      const policy = definePolicy({ piiFields: ['items.*.secret?', 'other.secret?'], bindClear });
      for (const payload of [{ items: [item] }, { other: item }]) {
        reads = 0;
        const sealed = await protection.seal(payload, policy, context);
        expect(JSON.stringify(sealed.clear)).not.toContain('planted');
      }
    },
  );

  it('names are read once: a proxy cannot bring a member in after the search', async () => {
    const policy = definePolicy({ piiFields: ['secret?'], bindClear });
    let asked = 0;
    const payload = new Proxy({ secret: 'planted' }, { ownKeys: () => (asked++ === 0 ? [] : ['secret']) });
    const sealed = await protection.seal(payload, policy, context);
    expect(sealed).toMatchObject({ clear: {}, pointers: [] });
    expect(asked).toBe(1);
  });

  it('an array is copied here, not by a constructor that it brings', async () => {
    function Lie() {
      return Object.assign([], { toJSON: () => ['planted'] });
    }
    const items = Object.assign([{ secret: 1 }], { constructor: { [Symbol.species]: Lie } });
    const policy = definePolicy({ piiFields: ['items.*.secret?'], bindClear });
    const { clear } = await protection.seal({ items }, policy, context);
    expect(JSON.stringify(clear)).toBe('{"items":[{"secret":null}]}');
  });

  it('allows 100 levels', async () => {
    const sealed = await protection.seal(deep(100), anything, context);
    expect(await protection.open(stored(sealed), anything, context)).toEqual(deep(100));
  });

  it('says where, without names that may be personal', async () => {
    const payload = { items: [{ 'anna@example.com': { at: undefined } }] };
    const error = await failure(() => protection.seal(payload, anything, context), 'payload_not_json');
    expect(error.message).toContain('/items/0/(name)/at');
  });

  it.each([
    [{ maxValues: 10 }, { a: Array(10).fill(0) }],
    [{ maxTextUnits: 10 }, { a: 'x'.repeat(10) }],
    [{ maxTextUnits: 10 }, { ['x'.repeat(11)]: 1 }],
    [{ maxTextUnits: 2000 }, { a: Array(6).fill(1e308), b: 'x'.repeat(19) }],
    [{ maxPlaintextBytes: 100 }, { secret: 'x'.repeat(100) }],
  ])('keeps to the limits %j', async (limits, payload) => {
    await failure(() => protect({ limits }).seal(payload, anything, context), 'payload_too_large');
  });
});

describe('options', () => {
  it('deflates above the threshold only, and only on demand', () => {
    const plain = recordBytes({ text }, { piiFields: ['text'] });
    expect(plain).toBeGreaterThan(text.length);
    expect(recordBytes({ text }, { piiFields: ['text'], compression: true })).toBeLessThan(plain / 5);
    expect(recordBytes({ text }, { piiFields: ['text'], compression: { thresholdBytes: 10_000 } })).toBe(plain);
    const random = { piiFields: ['text'], compression: { thresholdBytes: 0 } };
    expect(recordBytes({ text: 'x9' }, random)).toBe(recordBytes({ text: 'x9' }, { piiFields: ['text'] }));
  });

  it.each([{ compression: true }, { padding: true }, { compression: true, padding: true }])(
    'opens what was sealed with %j',
    async (options) => {
      const policy = definePolicy({ piiFields: ['text'], ...options });
      const sealed = await protection.seal({ text }, policy, context);
      expect(await protection.open(stored(sealed), policy, context)).toEqual({ text });
      expect(await protection.open(stored(sealed), definePolicy({ piiFields: ['text'] }), context)).toEqual({ text });
    },
  );

  it('pads short values to one length', () => {
    const lengths = ['', '1', '4111 1111 1111 1111', 'anna@example.com'].map((pin) =>
      recordBytes({ pin }, { piiFields: ['pin'], padding: true }),
    );
    expect(new Set(lengths)).toEqual(new Set([84 + 64]));
    expect(recordBytes({ pin: 'x'.repeat(60) }, { piiFields: ['pin'], padding: true })).toBe(84 + 72);
  });

  it.each([
    [' anna@example.org ', '***@example.org'],
    ['anna@example.org and her brother Ben', null],
    ['Anna <anna@example.org>', null],
    ['anna@example.org, ben@example.org', null],
    ['@example.org', null],
    ['4711', null],
  ])('shows the domain of one address, and of nothing that holds more: %s', (email, shown) => {
    const policy = definePolicy({ piiFields: ['email'], masks: { email: 'email_domain' } });
    expect(protection.seal({ email }, policy, context)).toMatchObject({ clear: { email: shown } });
  });

  it('leaves a mask where the policy asks for one', async () => {
    const policy = definePolicy({
      piiFields: ['card', 'users.*.email', 'pin', 'account'],
      masks: { card: 'last4', 'users.*.email': 'email_domain', pin: 'last4', account: 'last4' },
    });
    const payload = { card: '4111 1111 1111 1234', users: [{ email: 'a@b.example' }], pin: '1234', account: 123456789 };
    const sealed = await protection.seal(payload, policy, context);
    expect(sealed.clear).toEqual({
      card: '****1234',
      users: [{ email: '***@b.example' }],
      pin: null,
      account: '****6789',
    });
    expect(await protection.open(stored(sealed), policy, context)).toEqual(payload);
  });
});

describe('detection', () => {
  const detector: Detector = {
    detect: (value) => ({
      findings: JSON.stringify(value).includes('@') ? [{ pointer: '/notes/0', kind: 'email' }] : [],
      unscannable: [],
    }),
    detectText: () => ({ findings: [], unscannable: [] }),
  };
  const payload = { id: 1, notes: ['write to a@b.example', 'ok'] };

  it('seals what is found', async () => {
    const policy = definePolicy({ autoDetect: true });
    const sealed = await protect({ detector }).seal(payload, policy, context);
    expect(sealed.clear).toEqual({ id: 1, notes: [null, 'ok'] });
    expect(await protect().open(stored(sealed), policy, context)).toEqual(payload);
  });

  it('seals what is found beside what is named', async () => {
    const policy = definePolicy({ autoDetect: true, piiFields: ['notes.*', 'id'] });
    const sealed = await protect({ detector }).seal(payload, policy, context);
    expect(sealed.pointers).toEqual(['/id', '/notes/0', '/notes/1']);
  });

  it('sees what is sealed: a getter cannot turn after the search, nor the payload after the call', async () => {
    let reads = 0;
    const turning = {
      get notes() {
        return reads++ === 0 ? ['nothing', 'ok'] : ['write to a@b.example'];
      },
      more: { amount: 1 },
    };
    const sealed = await protect({ detector }).seal(turning, definePolicy({ autoDetect: true }), context);
    turning.more.amount = 2;
    expect(sealed.clear).toEqual({ notes: ['nothing', 'ok'], more: { amount: 1 } });
    expect(reads).toBe(1);
  });

  it('only reports where the policy says so', async () => {
    const policy = definePolicy({ autoDetect: 'report' });
    const sealed = await protect({ detector }).seal(payload, policy, context);
    expect(sealed).toMatchObject({ clear: payload, pointers: [], report: { email: 1 } });
  });

  it('seals the whole payload where the finding is the payload', async () => {
    const whole = { ...detector, detect: () => ({ findings: [{ pointer: '', kind: 'email' }], unscannable: [] }) };
    const policy = definePolicy({ autoDetect: true });
    const sealed = await protect({ detector: whole }).seal('a@b.example', policy, context);
    expect(sealed).toMatchObject({ clear: null, pointers: [''] });
    expect(await protection.open(stored(sealed), policy, context)).toBe('a@b.example');
  });

  it('seals what could not be searched', async () => {
    const blind = { ...detector, detect: () => ({ findings: [], unscannable: [{ pointer: '/notes' }] }) };
    const sealed = await protect({ detector: blind }).seal(payload, definePolicy({ autoDetect: true }), context);
    expect(sealed.clear).toEqual({ id: 1, notes: null });
    const report = await protect({ detector: blind }).seal(payload, definePolicy({ autoDetect: 'report' }), context);
    expect(report.report).toEqual({ unscannable: 1 });
  });

  it.each(['/missing', '/notes/2', 'notes', '/notes/0/x', '/toString'])(
    'refuses a find at %s, which is no place',
    (pointer) => {
      const lost = { ...detector, detect: () => ({ findings: [{ pointer, kind: 'x' }], unscannable: [] }) };
      expect(() => protect({ detector: lost }).seal(payload, definePolicy({ autoDetect: true }), context)).toThrow(
        TypeError,
      );
    },
  );

  it('needs a detector', () => {
    expect(() => protection.seal(payload, definePolicy({ autoDetect: true }), context)).toThrow(TypeError);
  });

  it('is not shown what is no JSON', async () => {
    const policy = definePolicy({ autoDetect: true });
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const { seal } = protect({ detector, limits: { maxValues: 200 } });
    await failure(() => seal(cycle, policy, context), 'payload_too_deep');
    await failure(() => seal({ a: [new Date(0)] }, policy, context), 'payload_not_json');
    await failure(() => seal({ a: Array(201) }, policy, context), 'payload_too_large');
    await failure(() => seal({ a: ['\ud800'] }, policy, context), 'text_malformed');
  });
});

describe('sealing twice', () => {
  it('is refused for what seal returned, and for the clear part of it', async () => {
    const policy = definePolicy({ piiFields: ['card'] });
    const sealed = await protection.seal({ card: '4111' }, policy, context);
    await failure(() => protection.seal(sealed, policy, context), 'already_sealed');
    await failure(() => protection.seal(stored(sealed), policy, context), 'already_sealed');
    await failure(() => protection.seal(sealed.clear, policy, context), 'already_sealed');
  });

  it('is not mistaken for sealing a payload without personal data again', async () => {
    const payload = { plain: 1 };
    await protection.seal(payload, anything, context);
    expect(await protection.seal(payload, anything, context)).toMatchObject({ clear: payload });
  });
});

describe('whole values', () => {
  it.each([null, 0, 'text', [1, { a: 'b' }], {}, 'a\0b'])('%j comes back', async (value) => {
    const place = { ...context, surface: 'result' };
    const record = await protection.sealValue(value, anything, place);
    expect(await protection.openValue(record.slice(), anything, place)).toEqual(value);
    await failure(() => protection.openValue(record, anything, context), 'seal_broken');
  });

  it('do not open as payloads, nor payloads as values', async () => {
    const value = await protection.sealValue('x', anything, context);
    const unbound = definePolicy({ piiFields: ['secret?'], bindClear: false });
    await failure(
      () => protection.open({ clear: {}, record: value, pointers: [''] }, unbound, context),
      'clear_changed',
    );
    const { record } = await protection.seal({ secret: 'x' }, unbound, context);
    await failure(() => protection.openValue(record, unbound, context), 'plaintext_malformed');
  });
});

describe('programmer mistakes', () => {
  it('are TypeErrors and RangeErrors at once', () => {
    expect(() => protect({ limits: { maxDepth: 0 } })).toThrow(RangeError);
    expect(() => protect({ limits: { maxDepth: 5000 } })).toThrow(RangeError);
    expect(() => protect({ limits: { depth: 1 } as never })).toThrow(TypeError);
    expect(() => protect({ detektor: {} } as never)).toThrow('no option "detektor"');
    const nothing = { clear: {}, record: new Uint8Array(), pointers: [] };
    for (const taken of [{ ...context, clear: 'x' }, { ...context, part: 'x' }, null as never]) {
      expect(() => protection.seal({}, anything, taken)).toThrow(TypeError);
      expect(() => protection.open(nothing, anything, taken)).toThrow(TypeError);
      expect(() => protection.sealValue(1, anything, taken)).toThrow(TypeError);
      expect(() => protection.openValue(null, anything, taken)).toThrow(TypeError);
    }
    expect(() => protection.open({ clear: {}, record: 'text' as never, pointers: [] }, anything, context)).toThrow(
      TypeError,
    );
  });
});
