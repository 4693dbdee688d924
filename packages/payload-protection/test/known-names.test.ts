import { expect, test } from 'vitest';
import { createKnownNames, remember } from '../src/known-names.ts';
import { definePolicy } from '../src/policy.ts';
import { context, protect } from './fixture.ts';

test('names above 64 characters are not kept', () => {
  const names = createKnownNames();
  remember(names, 1, 'x'.repeat(64));
  remember(names, 2, 'x'.repeat(65));
  expect(names.slice(0, 3)).toEqual(['', 'x'.repeat(64), '']);
});

const code = (value: string) => expect.objectContaining({ code: value });
const policy = () => definePolicy({ piiFields: ['card?'], bindClear: false });

test('a name with NUL that was sealed is not one that may stay clear', () => {
  const protection = protect();
  const same = policy();
  for (let i = 0; i < 2; i++) {
    protection.seal({ card: { b: 1, 'a\0': 1 } }, same, context);
    expect(() => protection.seal({ b: 1, 'a\0': 1 }, same, context)).toThrow(code('text_malformed'));
  }
});

test('each payload is read by its own names, whatever was in their place before', () => {
  const protection = protect();
  const same = policy();
  const [nul, lone] = ['a\0', 'a\ud800'];
  const sound = { name: 'a', parts: [{ sku: 1 }, { sku: 2 }], city: { zip: 1 } };
  for (let i = 0; i < 2; i++) {
    expect(protection.seal(sound, same, context)).toMatchObject({ clear: sound });
    for (const bad of [nul, lone]) {
      for (const payload of [
        { [bad]: 'a' },
        { ...sound, parts: [{ [bad]: 1 }] },
        { ...sound, parts: [{ sku: 1 }, { [bad]: 2 }] },
        { ...sound, city: { [bad]: 1 } },
        { ...sound, [bad]: 1 },
      ]) {
        expect(() => protection.seal(payload, same, context)).toThrow(code('text_malformed'));
      }
    }
  }
});

test('known names count towards the limit of text', () => {
  const protection = protect({ limits: { maxTextUnits: 10 } });
  const same = policy();
  protection.seal({ name: '123456' }, same, context);
  expect(() => protection.seal({ name: '1234567' }, same, context)).toThrow(code('payload_too_large'));
});
