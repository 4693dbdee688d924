import { describe, expect, it } from 'vitest';
import { definePolicy, type JsonValue } from '../src/index.ts';
import { context, failure, protect } from './fixture.ts';

const order = {
  id: 7,
  ssn: '1',
  customer: { email: 'a', 'a.b': 'dotted', address: { ssn: '2', city: 'x' } },
  items: [{ card: '3', sku: 's' }, { card: '4', tags: ['t'] }, 'text'],
};

async function pointers(payload: JsonValue, ...piiFields: string[]): Promise<readonly string[]> {
  return (await protect().seal(payload, definePolicy({ piiFields }), context)).pointers;
}

describe('selectors', () => {
  it.each<[string, string[]]>([
    ['ssn', ['/ssn']],
    ['customer.email', ['/customer/email']],
    ['customer.a\\.b', ['/customer/a.b']],
    ['items.*.card', ['/items/0/card', '/items/1/card']],
    ['items.1.card', ['/items/1/card']],
    ['items.2', ['/items/2']],
    ['items.*', ['/items/0', '/items/1', '/items/2']],
    ['**.ssn', ['/ssn', '/customer/address/ssn']],
    ['customer.**.ssn', ['/customer/address/ssn']],
    ['**.items.**.0', ['/items/0', '/items/1/tags/0']],
    ['*.address.city', ['/customer/address/city']],
    ['customer', ['/customer']],
    ['nothing?', []],
    ['items.*.nothing?', []],
  ])('%s', async (selector, expected) => {
    expect(await pointers(order, selector)).toEqual(expected);
  });

  it('takes what two selectors name once, the outer one first', async () => {
    expect(await pointers(order, 'customer.email', 'customer', '**.ssn')).toEqual(['/ssn', '/customer']);
  });

  it('escapes * and ? and backslash in names', async () => {
    expect(await pointers({ '*': 'a', 'b?': 'b', 'c\\': 'c', d: 'd' }, '\\*', 'b\\?', 'c\\\\')).toEqual([
      '/*',
      '/b?',
      '/c\\',
    ]);
  });

  it('escapes ~ and / in pointers (RFC 6901)', async () => {
    expect(await pointers({ 'a/b': { '~1': 'x' } }, 'a/b.~1')).toEqual(['/a~1b/~01']);
  });

  it('says which selector matches nothing, and not what the payload holds', async () => {
    const error = await failure(() => pointers({ secret: 'planted-value' }, 'credit_crad'), 'selector_unmatched');
    expect(error.message).toContain('"credit_crad"');
    expect(error.message).not.toContain('planted');
  });

  it('counts a real null as a match and leaves it', async () => {
    expect(await pointers({ ssn: null }, 'ssn')).toEqual([]);
  });

  it.each(['', 'a..b', '.a', 'a.', 'a.**', '**', '**.**.a', 'a*', 'a.b*c', 'a?.b', 'a??', 'a\\', '\ud800'])(
    'refuses %j when the policy is defined',
    (selector) => {
      expect(() => definePolicy({ piiFields: [selector] })).toThrow(RangeError);
    },
  );

  it('refuses selectors that would make the automaton explode', () => {
    const piiFields = Array.from({ length: 14 }, (_, i) => `**.a${i}.${'*.'.repeat(14)}b`);
    expect(() => definePolicy({ piiFields })).toThrow('too many **');
    expect(() => definePolicy({ piiFields: [`**.a.${'*.'.repeat(14)}b`] })).toThrow('too many **');
  });
});

describe('definePolicy', () => {
  it.each<[string, unknown]>([
    ['nothing said', {}],
    ['an unknown option', { piiFields: ['a'], pii_fields: ['b'] }],
    ['a string for a list', { piiFields: 'a' }],
    ['a number for a selector', { piiFields: [1] }],
    ['an autoDetect it does not know', { autoDetect: 'on' }],
    ['an empty key id', { piiFields: ['a'], keyId: '' }],
    ['a threshold below 0', { piiFields: ['a'], compression: { thresholdBytes: -1 } }],
    ['a mask for what is not sealed', { piiFields: ['a'], masks: { b: 'last4' } }],
    ['a mask it does not know', { piiFields: ['a'], masks: { a: 'toString' } }],
    ['no object', null],
  ])('refuses %s', (_, options) => {
    expect(() => definePolicy(options as never)).toThrow(/./);
    expect(() => definePolicy(options as never)).not.toThrow(/undefined/);
  });

  it('must be used to make policies', async () => {
    expect(() => protect().seal({}, { piiFields: [] } as never, context)).toThrow(TypeError);
  });
});
