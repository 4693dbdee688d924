// The public surface: what a detector answers, and what its options change.
import { expect, test } from 'vitest';
import {
  ALL_DETECTORS,
  createDetector,
  createDetectorOf,
  createScanCounter,
  creditCards,
  detect,
  detectSchema,
  emails,
  explain,
  FIRST_TIER,
  KINDS,
  piiFields,
  redact,
  redactFindings,
} from '../src/index.ts';

const order = {
  id: 7,
  customer: { email: 'ann@example.com', phone: '+1 415 555 2671' },
  note: 'card 4111 1111 1111 1111, call (415) 555-2671',
};

test('a finding says where, what, how sure and why', () => {
  expect(detect(order).findings).toMatchObject([
    { kind: 'email', pointer: '/customer/email', start: 0, end: 15, inKey: false },
    { kind: 'phone', pointer: '/customer/phone', start: 0, end: 15 },
    { kind: 'credit_card', pointer: '/note', start: 5, end: 24, reasons: ['luhn', 'issuer', 'grouping', 'cue'] },
    { kind: 'phone', pointer: '/note', start: 31, end: 45 },
  ]);
  for (const { confidence } of detect(order).findings) expect(confidence).toBeGreaterThanOrEqual(0.5);
});

test('explain puts every reason into words and holds no value', () => {
  const words = detect({ ...order, ssn: '123-45-6789', iban: 'DE89370400440532013000', k: 'https://u:hunter22@h/' })
    .findings.map(explain)
    .join('\n');
  expect(words).toContain('credit_card in /note at units 5 to 24, confidence 0.99: the Luhn check digit is right;');
  expect(words).toContain('the prefix and length are issued to a card network');
  expect(words).not.toContain('undefined');
  for (const value of ['ann@', '4111', '555', '6789', 'DE89', 'hunter']) expect(words).not.toContain(value);
  expect(
    explain({ kind: 'name', pointer: '', start: 0, end: 0, confidence: 0.8, reasons: ['field:name'], inKey: false }),
  ).toBe('name in the root as a whole, confidence 0.80: the field name means name.');
});

test('redact replaces regions and leaves the rest', () => {
  expect(redact(order)).toEqual({
    id: 7,
    customer: { email: '[email]', phone: '[phone]' },
    note: 'card [credit_card], call [phone]',
  });
  expect(redact({ card_number: 4111111111111111, n: 5 }, 'last4')).toEqual({ card_number: '************1111', n: 5 });
  expect(redact('mail ann@example.com', 'mask')).toBe('mail ***@*******.***');
  expect(redact('mail ann@example.com!', 'remove')).toBe('mail !');
  expect(redact({ personal_data: { shoe_size: 44 } })).toEqual({ personal_data: '[personal_data]' });
  expect(redact({ 'ann@example.com': { paid: true } })).toBe('[email]');
  expect(redact({ json: '{"email":"ann@example.com","n":1}' })).toEqual({ json: '{"email":"[email]","n":1}' });
});

test('redact of JSON in a string leaves JSON, on every level', () => {
  const inner = JSON.stringify({
    card_number: 4111111111111111,
    list: [4111111111111111, 'x'],
    patient_info: { a: 1 },
  });
  for (const text of [inner, JSON.stringify({ inner, ssn: 123456789 })]) {
    for (const style of ['label', 'mask', 'last4', 'remove'] as const) {
      const clear = redact({ text }, style) as { text: string };
      expect(() => JSON.parse(clear.text)).not.toThrow();
      expect(clear.text).not.toContain('4111');
    }
  }
  expect(redact({ text: '{"ssn":123456789,"b":1}' })).toEqual({ text: '{"ssn":null,"b":1}' });
  expect(redact('[x] 4111111111111111, 5')).toBe('[x] [credit_card], 5');
});

test('mask hides the digits of every script', () => {
  expect(
    redact(
      'card \u0664\u0661\u0661\u0661 \u0661\u0661\u0661\u0661 \u0661\u0661\u0661\u0661 \u0661\u0661\u0661\u0661',
      'mask',
    ),
  ).toBe('card **** **** **** ****');
});

test('an object that describes a type is not the datum', () => {
  expect(detect({ properties: { full_name: { type: 'string' }, address: { type: 'object' } } }).findings).toEqual([]);
  expect(detect({ address: { type: 'home', street: 'Elm Street 5' } }).findings).toHaveLength(1);
});

test('the first tier finds what shows itself, and leaves names alone', () => {
  const edge = createDetectorOf(FIRST_TIER);
  const { findings } = edge.detect({ first_name: 'Ann', note: 'ann@example.com, SSN 536-22-8741, +1 415 867 5309' });
  expect(findings.map(({ kind }) => kind)).toEqual(['email', 'ssn', 'phone']);
});

test('mask tells nothing of a secret', () => {
  expect(redact({ password: 'hunter2!', cvv: '123' }, 'mask')).toEqual({ password: '********', cvv: '********' });
  expect(redact('password=Zx9!a/b+c', 'mask')).toBe('password=********');
});

test('an `allow` that throws lets nothing pass and is noted', () => {
  const detector = createDetector({
    allow: () => {
      throw new Error('boom');
    },
  });
  const { findings, unscannable } = detector.detect({ a: 'ann@example.com' });
  expect(findings).toMatchObject([{ kind: 'email', pointer: '/a' }]);
  expect(unscannable).toEqual([{ pointer: '/a', reason: 'detector_failed' }]);
  expect(detector.piiFields({ a: 'ann@example.com' })).toEqual(['/a']);
});

test('what redact leaves holds nothing more', () => {
  for (const style of ['label', 'remove', 'mask'] as const) expect(detect(redact(order, style)).findings).toEqual([]);
});

test('keys are scanned, and nothing below a personal key is named', () => {
  const value = { users: { 'ann@example.com': { phone: '+14155552671' } } };
  expect(detect(value).findings).toMatchObject([
    { kind: 'email', pointer: '/users', start: 0, end: 15, inKey: true },
    { kind: 'phone', pointer: '/users', start: 0, end: 0, inKey: false },
  ]);
  expect(JSON.stringify(detect(value))).not.toContain('ann@');
  expect(piiFields(value)).toEqual(['/users']);
  expect(createDetector({ scanKeys: false }).piiFields(value)).toEqual(['/users/ann@example.com/phone']);
});

test('kinds and threshold choose', () => {
  expect(
    createDetector({ kinds: ['email'] })
      .detect(order)
      .findings.map(({ kind }) => kind),
  ).toEqual(['email']);
  expect(createDetector({ kinds: ['location', 'username'] }).piiFields({ lat: 48.1, user_name: 'ann' })).toEqual([
    '/lat',
    '/user_name',
  ]);
  expect(piiFields({ lat: 48.1, user_name: 'ann' })).toEqual([]);
  const all = createDetector({ threshold: 0 }).detect('order 123-45-6789').findings;
  expect(all).toMatchObject([{ kind: 'ssn', confidence: 0.4 }]);
  expect(createDetector({ threshold: 1 }).piiFields(order)).toEqual([]);
});

test('a detector of some kinds finds only those', () => {
  const small = createDetectorOf([creditCards, emails]);
  const detection = small.detect(order);
  expect(detection.findings.map(({ kind }) => kind)).toEqual(['email', 'credit_card']);
  expect(JSON.stringify(redactFindings(order, detection))).toBe(
    JSON.stringify(createDetector({ kinds: ['email', 'credit_card'] }).redact(order)),
  );
  expect(explain(detection.findings[0]!)).toContain('email in ');
});

test('own names, own detectors, and what is allowed', () => {
  const detector = createDetector({
    names: { loyaltyCode: 'personal_data', 'contact-email': false, staff_phone: 'phone' },
    custom: [
      {
        kind: 'custom:badge',
        find: (text) => (text.startsWith('B-') ? [{ start: 2, end: text.length, confidence: 0.7 }] : []),
      },
    ],
    allow: ({ kind }, text) => kind === 'email' && text.endsWith('@example.org'),
  });
  expect(detector.piiFields({ loyalty_code: 'x7', other: 'x7' })).toEqual(['/loyalty_code']);
  expect(detector.piiFields({ a: 'ann@example.org', b: 'ann@example.com' })).toEqual(['/b']);
  expect(detector.detect({ staffPhone: 'ask Bob' }).findings).toMatchObject([{ kind: 'phone' }]);
  expect(detector.detect(['B-123']).findings).toEqual([
    { kind: 'custom:badge', pointer: '/0', start: 2, end: 5, confidence: 0.7, reasons: ['custom'], inKey: false },
  ]);
});

test('a callback may use the detector that calls it', () => {
  const detector = createDetector({ allow: () => detector.hasPii('nothing here') });
  expect(detector.piiFields(order)).toEqual(['/customer/email', '/customer/phone', '/note']);
});

test('a counter keeps 10,000 places, and says where there were more', () => {
  const counter = createScanCounter(createDetector());
  const letters = (i: number) => [i / 676, (i / 26) % 26, i % 26].map((n) => String.fromCharCode(97 + n)).join('');
  const payload = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [letters(i), 'ann@example.com']));
  counter.add(payload);
  const { counts, affected, truncated } = counter.report();
  expect([counts.length, affected, truncated]).toEqual([10_001, 1, true]);
  expect(counts.find(({ path }) => path === '**')).toMatchObject({ findings: 1, payloads: 1 });
  const paths = createScanCounter(createDetector());
  paths.add({ ab: 'ann@example.com', a: '+14155552671' });
  expect(paths.report().counts.map(({ path }) => path)).toEqual(['a', 'ab']);
});

test('every kind has a detector', () => {
  const covered = new Set(ALL_DETECTORS.flatMap(({ kinds }) => kinds));
  expect(KINDS.filter((kind) => !covered.has(kind))).toEqual([]);
});

test('a schema names the places of a job type, with how often they hit', () => {
  const samples = Array.from({ length: 20 }, (_, i) => ({
    id: i,
    customer: { email: `u${i}@example.com`, ...(i % 4 === 0 ? { phone: '+14155552671' } : {}) },
    items: [{ note: i === 3 ? 'card 4111111111111111' : 'gift' }, { note: 'blue' }],
    personal_data: { shoe_size: 40 + i },
  }));
  const { samples: count, selectors } = detectSchema(samples);
  expect(count).toBe(20);
  expect(selectors.map(({ selector, kinds, hits, hitRate }) => [selector, kinds, hits, hitRate])).toEqual([
    ['customer.email', ['email'], 20, 1],
    ['personal_data', ['personal_data'], 20, 1],
    ['customer.phone?', ['phone'], 5, 0.25],
    ['items.*.note?', ['credit_card'], 1, 0.05],
  ]);
  expect(JSON.stringify(selectors)).not.toMatch(/u\d@|4111|\+1415/);
  // Two kinds in one place: a payload counts once.
  const mixed = [{ contact: 'ann@example.com' }, { contact: '+14155552671' }, { contact: 'ann@example.com' }];
  expect(detectSchema(mixed).selectors).toEqual([
    { selector: 'contact', kinds: ['email', 'phone'], hits: 3, hitRate: 1, confidence: 0.95 },
  ]);
  expect(detectSchema([]).selectors).toEqual([]);
  expect(detectSchema(['ann@example.com']).selectors).toMatchObject([{ selector: '', hits: 1 }]);
});

test('of two regions that overlap both stay covered', () => {
  const parts = (text: string, ...regions: [string, number, number][]) => {
    const custom = regions.map(([kind, start, end]) => ({
      kind: `custom:${kind}` as const,
      find: () => [{ start, end }],
    }));
    const { findings } = createDetector({ custom }).detectText(text);
    return findings.map(({ kind, start, end }) => `${kind} ${start}-${end}`);
  };
  const text = 'badge 12 ann@example.com, room 7';
  expect(parts(text, ['a', 0, 12])).toEqual(['custom:a 0-9', 'email 9-24']);
  expect(parts(text, ['a', 20, 32])).toEqual(['email 9-24', 'custom:a 24-32']);
  expect(parts(text, ['a', 0, 32])).toEqual(['custom:a 0-9', 'email 9-24', 'custom:a 24-32']);
  expect(parts(text, ['a', 0, 32], ['b', 12, 28])).toEqual(['custom:a 0-9', 'email 9-24', 'custom:a 24-32']);
  expect(parts('abcdefgh', ['a', 0, 5], ['b', 3, 8])).toEqual(['custom:a 0-5', 'custom:b 5-8']);
});
