// Faults of hammerwork for Rust, each with the test that keeps it out of here. "3.0.0 #n" is the published crate, "Qn" the
// queue path, "En" the cryptography, "detection" the field detection of 1.15.5.
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { createScrubber, definePolicy, type PolicyOptions, type SealedPayload } from '../src/index.ts';
import { context, crypto, failure, keyRing, protect, stored } from './fixture.ts';

const card = '4111 1111 1111 1111';
const ssn = '078-05-1120';
const protection = protect();

function seal(payload: unknown, options: PolicyOptions): SealedPayload {
  return protection.seal(payload, definePolicy(options), context) as SealedPayload;
}

/** Whether the text stands anywhere in what would be stored. */
function leaks(sealed: SealedPayload, text: string): boolean {
  const row = Buffer.from(JSON.stringify({ ...sealed, record: Buffer.from(sealed.record).toString('latin1') }));
  return row.includes(text);
}

describe('predecessor 3.0.0', () => {
  it('#2: a misspelt name fails, and nothing is left in clear', async () => {
    await failure(() => seal({ credit_card: card }, { piiFields: ['credit_crad'] }), 'selector_unmatched');
    await failure(
      () => seal({ credit_card: card, amount: 1 }, { piiFields: ['amount', 'card'] }),
      'selector_unmatched',
    );
  });

  it('#3: a value inside an array is sealed there', async () => {
    const payload = { contacts: [{ phone: '+1 415 555 0100' }, { phone: '+1 415 555 0101', notes: [[ssn]] }] };
    const named = seal(payload, { piiFields: ['contacts.*.phone', 'contacts.1.notes.0.0'] });
    expect(named.pointers).toEqual(['/contacts/0/phone', '/contacts/1/phone', '/contacts/1/notes/0/0']);
    expect(['415', ssn].some((text) => leaks(named, text))).toBe(false);
    const detector = {
      detect: () => ({ findings: [{ pointer: '/contacts/0/phone', kind: 'phone' }], unscannable: [] }),
      detectText: () => ({ findings: [], unscannable: [] }),
    };
    const found = await protect({ detector }).seal(payload, definePolicy({ autoDetect: true }), context);
    expect(found.clear).toMatchObject({ contacts: [{ phone: null }, {}] });
  });

  it('#5: the same value in two jobs leaves nothing equal to compare', () => {
    const [a, b] = [seal({ ssn }, { piiFields: ['ssn'] }), seal({ ssn }, { piiFields: ['ssn'] })];
    const common = [...a.record.slice(12)].filter((byte, i) => byte === b.record[12 + i]).length;
    expect(common).toBeLessThan(16);
    expect(Object.keys(a).sort()).toEqual(['clear', 'handles', 'pointers', 'record']);
  });

  it('#6: who can write the table cannot switch sealing off', async () => {
    const policy = definePolicy({ piiFields: ['card'] });
    const inClear = { clear: { card, amount: 1 }, pointers: [] };
    await failure(() => protection.open({ ...inClear, record: null }, policy, context), 'record_missing');
    const unsealed = seal({ card: null, amount: 1 }, { piiFields: ['card'] });
    await failure(() => protection.open({ ...inClear, record: unsealed.record }, policy, context), 'seal_broken');
    const unbound = { piiFields: ['card'], bindClear: false };
    const other = seal({ card: null, amount: 1 }, unbound);
    await failure(
      () => protection.open({ ...inClear, record: other.record }, definePolicy(unbound), context),
      'field_not_sealed',
    );
  });

  it('#6: the clear fields of a sealed job cannot be changed unnoticed', async () => {
    const policy = definePolicy({ piiFields: ['card'] });
    const sealed = stored(await protection.seal({ card, amount: 1 }, policy, context));
    await failure(
      () => protection.open({ ...sealed, clear: { card: null, amount: 100 } }, policy, context),
      'seal_broken',
    );
  });

  it('#7: results and errors are sealed as well', async () => {
    const policy = definePolicy({ piiFields: ['card'] });
    const place = { ...context, surface: 'result' };
    const record = await protection.sealValue({ receipt: card }, policy, place);
    expect(Buffer.from(record).includes(card)).toBe(false);
    expect(await protection.openValue(record, policy, place)).toEqual({ receipt: card });
  });

  it('#14: inflating is bounded, and nothing is deflated below a threshold or unless asked', async () => {
    const policy = definePolicy({ piiFields: ['a'], bindClear: false });
    const bomb = zipSync({ a: new Uint8Array(40 * 1024 * 1024) }, { level: 9 });
    const body = bomb.subarray(31, bomb.length - 22 - 47);
    const record = keyRing().withSealingKey('default', (key) => crypto.seal(key, body, context, { compressed: true }));
    const error = await failure(
      () => protection.open({ clear: { a: null }, record: record as Uint8Array, pointers: ['/a'] }, policy, context),
      'plaintext_malformed',
    );
    expect(error.message).toContain('16777216');
    const small = 'a'.repeat(900);
    expect(seal({ small }, { piiFields: ['small'], compression: true }).record[3]).toBe(0);
    expect(seal({ text: small.repeat(9) }, { piiFields: ['text'] }).record[3]).toBe(0);
    expect(seal({ text: small.repeat(9) }, { piiFields: ['text'], compression: true }).record[3]).toBe(1);
  });
});

describe('predecessor 1.15.5', () => {
  it('Q1: what the policy names is not in what is stored', () => {
    const sealed = seal({ card, ssn, deep: { list: [card] } }, { piiFields: ['card', 'ssn', 'deep.list.*'] });
    expect([card, ssn, '4111'].some((text) => leaks(sealed, text))).toBe(false);
  });

  it('Q3: what was sealed comes back', async () => {
    const policy = definePolicy({ piiFields: ['card'] });
    expect(await protection.open(stored(await protection.seal({ card }, policy, context)), policy, context)).toEqual({
      card,
    });
  });

  it('Q9: error messages are scrubbed', () => {
    expect(createScrubber([card])(`charge failed for ${card}`)).toBe('charge failed for [sealed]');
  });

  it('E1: only the named fields are sealed', () => {
    expect(seal({ card, amount: 1 }, { piiFields: ['card'] }).clear).toEqual({ card: null, amount: 1 });
  });

  it('E2: a record cannot be moved to another job, kind or tenant', async () => {
    const policy = definePolicy({ piiFields: ['card'] });
    const sealed = stored(await protection.seal({ card }, policy, context));
    const places = [{ job: new Uint8Array(16).fill(2) }, { kind: 'refund' }, { surface: 'result' }, { tenant: 'x' }];
    for (const place of places)
      await failure(() => protection.open(sealed, policy, { ...context, ...place }), 'seal_broken');
  });

  it('E2: neither the list of fields nor the flags of a record can be edited', async () => {
    const policy = definePolicy({ piiFields: ['card?'] });
    const sealed = stored(await protection.seal({ card }, policy, context));
    await failure(() => protection.open({ ...sealed, pointers: [] }, policy, context), 'pointers_differ');
    sealed.record[3] = 1;
    await failure(() => protection.open(sealed, policy, context), 'seal_broken');
  });

  it('E3: no hash of the plaintext stands beside the record', () => {
    expect(Object.keys(seal({ ssn }, { piiFields: ['ssn'] }))).not.toContain('hash');
    const one = seal({ ssn, id: 1 }, { piiFields: ['ssn'] });
    const two = seal({ ssn, id: 1 }, { piiFields: ['ssn'] });
    expect(one.record.slice(12, 68)).not.toEqual(two.record.slice(12, 68));
  });

  it('E4: a record of any other length is an error, not a crash', async () => {
    const policy = definePolicy({ piiFields: ['ssn'] });
    const sealed = stored(await protection.seal({ ssn }, policy, context));
    for (let length = 1; length < sealed.record.length; length++) {
      const record = sealed.record.slice(0, length);
      await expect(async () => protection.open({ ...sealed, record }, policy, context)).rejects.toMatchObject({
        kind: 'broken_seal',
      });
    }
  });

  it('E6: deflating is kept only where it gains', () => {
    const random = Buffer.from(crypto.randomBytes(3000))
      .toString('latin1')
      .replace(/[^ -~]/g, '');
    const sealed = seal({ random }, { piiFields: ['random'], compression: { thresholdBytes: 1 } });
    expect(sealed.record.length).toBeLessThanOrEqual(84 + JSON.stringify({ '/random': random }).length);
  });

  it('detection: arrays inside objects are walked', () => {
    expect(seal({ a: { b: [{ c: ssn }] } }, { piiFields: ['**.c'] }).pointers).toEqual(['/a/b/0/c']);
  });
});
