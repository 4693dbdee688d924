import { type Context, joinRecords } from '@hammerwork/crypto-core';
import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { definePolicy, type Policy, recordHandles, type Stored } from '../src/index.ts';
import { context, crypto, failure, keyRing, protect, stored } from './fixture.ts';

const policy = definePolicy({ piiFields: ['card', 'customer.email', 'phone?'] });
const unbound = definePolicy({ piiFields: ['card', 'customer.email', 'phone?'], bindClear: false });
const payload = { card: '4111', customer: { email: 'a@b.example', plan: 'gold' }, amount: 10 };
const protection = protect();

async function row(
  under: Policy = policy,
): Promise<{ clear: Record<string, unknown>; record: Uint8Array; pointers: string[] }> {
  return stored(await protection.seal(payload, under, context)) as never;
}

/** A record that holds `plaintext`, whatever that is. */
function recordOf(plaintext: string | Uint8Array, flags = {}, where: Context = context): Uint8Array {
  const bytes = typeof plaintext === 'string' ? new TextEncoder().encode(plaintext) : plaintext;
  return keyRing().withSealingKey('default', (key) => crypto.seal(key, bytes, where, flags)) as Uint8Array;
}

function open(changed: Partial<Stored>, under: Policy = unbound): Promise<unknown> {
  return (async () => protection.open({ ...(await row(under)), ...changed } as Stored, under, context))();
}

describe('open', () => {
  it('takes no more plaintext than this process allows, whoever sealed it', async () => {
    const text = 'x'.repeat(200);
    const given = stored(await protection.seal({ card: text }, definePolicy({ piiFields: ['card'] }), context));
    const small = protect({ limits: { maxPlaintextBytes: 200 } });
    await failure(() => small.open(given, definePolicy({ piiFields: ['card'] }), context), 'plaintext_malformed');
    expect(await protection.open(given, definePolicy({ piiFields: ['card'] }), context)).toEqual({ card: text });
  });

  it('takes no padding but zeros behind its mark', async () => {
    const given = (text: string) => open({ record: recordOf(text, { padded: true }), pointers: ['/card'] });
    for (const text of ['{"/card":"1"}x', '{"/card":"1"}', '\0\0', ''])
      await failure(() => given(text), 'plaintext_malformed');
  });

  it('does not change what is stored', async () => {
    const given = await row();
    const before = structuredClone(given);
    expect(await protection.open(given, policy, context)).toEqual(payload);
    expect(given).toEqual(before);
    expect(await protection.open(given, policy, context)).toEqual(payload);
  });

  it('finds the clear payload bound as half of the SHA-512 of its canonical JSON, whoever sealed it', async () => {
    const canonical = '{"amount":10,"card":null,"customer":{"email":null,"plan":"gold"}}';
    const clear = crypto.sha512(new TextEncoder().encode(canonical)).slice(0, 32);
    const record = recordOf('{"/card":"4111","/customer/email":"a@b.example"}', {}, { ...context, clear });
    const pointers = ['/card', '/customer/email'];
    expect(await protection.open({ clear: JSON.parse(canonical), record, pointers }, policy, context)).toEqual(payload);
  });

  it('takes pointers and members in any order, as databases return them', async () => {
    const { clear, record, pointers } = await row();
    const reordered = Object.fromEntries(Object.entries(clear).reverse());
    expect(
      await protection.open({ clear: reordered, record, pointers: [...pointers].reverse() }, policy, context),
    ).toEqual(payload);
  });

  it.each([[null], [undefined], [new Uint8Array(0)]])('demands a record: %s', async (record) => {
    await failure(() => open({ record }, policy), 'record_missing');
    await failure(() => protection.openValue(record, policy, context), 'record_missing');
  });

  it.each<[string, string[]]>([
    ['one less', ['/card']],
    ['one more', ['/card', '/customer/email', '/amount']],
    ['another', ['/card', '/amount']],
    ['one twice', ['/card', '/card']],
    ['none', []],
  ])('demands the pointers that are in the record: %s', async (_, pointers) => {
    await failure(() => open({ pointers }), 'pointers_differ');
  });

  it.each<[string, unknown]>([
    ['a value in place of null', { card: '4242', customer: { email: null } }],
    ['no such member', { customer: { email: null } }],
    ['no such parent', { card: null }],
    ['a text for a parent', { card: null, customer: 'x' }],
    ['null for a parent', { card: null, customer: null }],
    ['an array for a parent', { card: null, customer: [null] }],
    ['null for the whole', null],
    ['a prototype for a member', Object.create({ card: null, customer: { email: null } })],
  ])('refuses a clear payload with %s', async (_, clear) => {
    await failure(() => open({ clear }), 'clear_changed');
  });

  it('refuses any other change of the clear payload where it is bound', async () => {
    await failure(async () => open({ clear: { ...(await row()).clear, amount: 1 } }, policy), 'seal_broken');
    await failure(async () => open({ clear: { ...(await row()).clear, more: 1 } }, policy), 'seal_broken');
    expect(await open({ clear: { ...(await row()).clear, amount: 1 } }, unbound)).toMatchObject({ amount: 1 });
  });

  it('refuses a clear payload that is no JSON or too deep', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 200; i++) deep = { deep };
    await failure(() => open({ clear: { a: () => 0 } }, policy), 'clear_malformed');
    await failure(() => open({ clear: { deep } }, policy), 'clear_malformed');
    const everywhere = definePolicy({ piiFields: ['**.x?'], bindClear: false });
    await failure(
      () => protection.open({ clear: { deep }, record: recordOf('{}'), pointers: [] }, everywhere, context),
      'clear_malformed',
    );
  });

  it('demands what the policy of the reader declares', async () => {
    const wider = definePolicy({ piiFields: ['card', 'customer.email', 'customer.name'] });
    const error = await failure(async () => protection.open(await row(), wider, context), 'field_not_sealed');
    expect(error.message).toContain('"customer.name"');
    const amount = definePolicy({ piiFields: ['card', 'customer.email', 'amount'] });
    await failure(async () => protection.open(await row(), amount, context), 'field_not_sealed');
    await failure(
      async () => protection.open(await row(), definePolicy({ piiFields: ['**.plan?'] }), context),
      'field_not_sealed',
    );
  });

  it('refuses an optional field that lies in clear', async () => {
    await failure(async () => open({ clear: { ...(await row()).clear, phone: '+49 30 1' } }), 'field_not_sealed');
  });

  it('refuses a mask that is not the one of the sealed value', async () => {
    const masked = definePolicy({ piiFields: ['card'], masks: { card: 'last4' }, bindClear: false });
    const sealed = stored(await protection.seal({ card: '4111 1111 1111 1234' }, masked, context));
    await failure(() => protection.open({ ...sealed, clear: { card: '****9999' } }, masked, context), 'clear_changed');
    await failure(
      () => protection.open(sealed, definePolicy({ piiFields: ['card'], bindClear: false }), context),
      'clear_changed',
    );
    expect(await protection.open({ ...sealed, clear: { card: null } }, masked, context)).toEqual({
      card: '4111 1111 1111 1234',
    });
  });

  it.each<[string, string | Uint8Array, object]>([
    ['not JSON', '{"/card":', {}],
    ['an array', '["/card"]', {}],
    ['null', 'null', {}],
    ['a name that is no pointer', '{"card":"x"}', {}],
    ['a pointer with a bad escape', '{"/card~2":"x"}', {}],
    ['a null, which is never sealed', '{"/card":null}', {}],
    ['bad UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), {}],
    ['no padding', '{}', { padded: true }],
    ['only zeros', new Uint8Array(64), { padded: true }],
    ['no deflate stream', '{}', { compressed: true }],
    ['a deflate stream cut short', deflateSync(new Uint8Array(5000).fill(32)).slice(0, 8), { compressed: true }],
  ])('refuses a record that holds %s', async (_, plaintext, flags) => {
    const names = typeof plaintext === 'string' ? [...plaintext.matchAll(/"([^"]+)":/g)].map((match) => match[1]!) : [];
    await failure(() => open({ record: recordOf(plaintext, flags), pointers: names }), 'plaintext_malformed');
  });

  it.each(['record_malformed', 'seal_broken'] as const)('passes on %s', async (code) => {
    const { record } = await row();
    record[code === 'seal_broken' ? 70 : 0]! ^= 1;
    await failure(() => open({ record }), code);
  });
});

describe('hostile names', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
    '%s is a name like any other',
    async (name) => {
      const text = `{"${name}":{"${name}":"sealed","polluted":"clear"},"list":[{"${name}":1}]}`;
      const hostile = definePolicy({ piiFields: [`${name}.${name}`, `list.*.${name}`] });
      const sealed = await protection.seal(JSON.parse(text), hostile, context);
      expect(JSON.stringify(sealed.clear)).toBe(
        `{"${name}":{"${name}":null,"polluted":"clear"},"list":[{"${name}":null}]}`,
      );
      expect(JSON.stringify(await protection.open(stored(sealed), hostile, context))).toBe(text);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );

  it.each(['__proto__', 'constructor', 'toString'])(
    '%s matches nothing where it is not an own member',
    async (name) => {
      await failure(
        () => protection.seal({ a: 1 }, definePolicy({ piiFields: [name] }), context),
        'selector_unmatched',
      );
      await failure(() => open({ record: recordOf(`{"/${name}/x":"y"}`), pointers: [`/${name}/x`] }), 'clear_changed');
    },
  );

  it('length is no element', async () => {
    await failure(
      () => open({ clear: [null], record: recordOf('{"/length":2}'), pointers: ['/length'] }),
      'clear_changed',
    );
    await failure(() => open({ clear: [null], record: recordOf('{"/00":2}'), pointers: ['/00'] }), 'clear_changed');
    await failure(() => open({ clear: [null], record: recordOf('{"/1":2}'), pointers: ['/1'] }), 'clear_changed');
  });
});

describe('several records in one', () => {
  const two = definePolicy({ piiFields: ['a', 'b'], bindClear: false });
  const part = (plaintext: string, number: number, count = 2) =>
    recordOf(plaintext, {}, { ...context, part: Uint8Array.of(number, count) });
  const a = part('{"/a":1}', 0);
  const b = part('{"/b":2}', 1);
  const opened = (record: Uint8Array, pointers = ['/a', '/b']) =>
    protection.open({ clear: { a: null, b: null }, record, pointers }, two, context);

  it('open together', async () => {
    expect(await opened(joinRecords([a, b]))).toEqual({ a: 1, b: 2 });
    expect(recordHandles(joinRecords([a, b]))).toEqual([a.slice(4, 12), b.slice(4, 12)]);
  });

  it('open neither alone, nor twice, nor in another order', async () => {
    await failure(() => opened(a, ['/a']), 'seal_broken');
    await failure(() => opened(joinRecords([a, a])), 'seal_broken');
    await failure(() => opened(joinRecords([b, a])), 'seal_broken');
    await failure(() => opened(joinRecords([a, b, b])), 'seal_broken');
  });

  it('do not name a place twice', async () => {
    await failure(() => opened(joinRecords([a, part('{"/a":3,"/b":2}', 1)])), 'plaintext_malformed');
  });
});
