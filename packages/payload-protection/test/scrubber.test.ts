import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScrubber, type Detector } from '../src/index.ts';
import { protect } from './fixture.ts';

const card = '4111 1111 1111 1111';
const email = 'anna.schmidt@example.com';
const scrub = createScrubber([
  card,
  email,
  'Zoë "Quinn" O\'Neil',
  'pin7',
  123,
  48250.5,
  { 'bob@example.org': ['Hauptstraße 7'] },
  true,
  null,
]);

describe('scrubber', () => {
  it.each<[string, string]>([
    ['the value', `card ${card} was declined`],
    ['part of it', 'card 4111 1111 was declined'],
    ['the end of it', 'no account for schmidt@exam'],
    ['other letter case', 'ANNA.SCHMIDT@EXAMPLE.COM bounced'],
    ['its digits alone', 'key (card)=(4111111111111111) exists'],
    ['other grouping', 'card 41-11 1111/1111-1111'],
    ['escaped in JSON', 'bad value "Zoë \\"Quinn\\" O\'Neil"'],
    ['escaped twice', 'log: {"message":"name=Zoë \\\\\\"Quinn\\\\\\" O\'Neil"}'],
    ['escaped to ASCII', 'Zo\\u00eb \\"Quinn\\"'],
    ['URL-encoded', 'GET /users?mail=anna.schmidt%40example.com&name=Zo%C3%AB%20%22Quinn%22'],
    ['form-encoded', 'body: name=Zo%c3%ab+%22Quinn%22+O%27Neil'],
    ['decomposed', 'Zoe\u0308 "Quinn"'],
    ['a word of it', 'user Schmidt is unknown'],
    ['a short value', 'wrong pin7!'],
    ['a short number', 'cvv 123 is wrong'],
    ['a number', 'balance 48250.5 too low'],
    ['a number with digits grouped', 'balance 48,250.50 too low'],
    ['a name in an object', 'no such key: bob@example.org'],
    ['a value in an object', 'HAUPTSTRASSE 7 / hauptstraße 7'],
  ])('removes %s', (_, text) => {
    const scrubbed = scrub(text);
    expect(scrubbed).toContain('[sealed]');
    expect(scrubbed).not.toMatch(/4111|1111|anna|schmidt|example|zo[eë]|quinn|neil|pin7|123|48.?250|bob|hauptstraße/i);
  });

  it.each([
    "TypeError: Cannot read properties of undefined (reading 'amount')\n    at handler (file:///srv/app/worker.js:12:5)",
    'connect ECONNREFUSED 127.0.0.1:5432',
    'true and null',
    '',
  ])('leaves %j', (text) => {
    expect(scrub(text)).toBe(text);
  });

  it('leaves no six characters of a value in a text that holds it', () => {
    const value = fc
      .string({ minLength: 6, maxLength: 60, unit: 'grapheme' })
      .filter((text) => text.trim().length >= 6);
    fc.assert(
      fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
        const scrubbed = createScrubber([secret])(`${before}|${secret}|${after}`).replaceAll(
          '[sealed]',
          '\n\n\n\n\n\n',
        );
        const clean = secret.trim();
        for (let at = 0; at + 6 <= clean.length; at++) {
          const piece = clean.slice(at, at + 6);
          expect(before.includes(piece) || after.includes(piece) || !scrubbed.includes(piece)).toBe(true);
        }
      }),
    );
  });

  it('shows nothing where the values are too long to search for', () => {
    expect(createScrubber(['long '.repeat(400_000)])('any text')).toBe('[sealed]');
  });

  it('removes what the detector finds, and all where it cannot search', () => {
    const detector: Detector = {
      detect: () => ({ findings: [], unscannable: [] }),
      detectText: (text) => ({
        findings: [{ start: text.indexOf('x@y.example'), end: text.indexOf('x@y.example') + 11 }],
        unscannable: text.includes('unscannable') ? [{}] : [],
      }),
    };
    expect(createScrubber([], detector)('to x@y.example now')).toBe('to [sealed] now');
    expect(createScrubber([], detector)('unscannable')).toBe('[sealed]');
  });

  it('is made for what was sealed in a payload', () => {
    const payload = { customer: { email }, list: [{ card }], amount: 10 };
    const own = protect().scrubber(payload, ['/customer/email', '/list/0/card', '/missing']);
    expect(own(`${email} ${card} amount`)).toBe('[sealed] [sealed] amount');
  });

  // Quadratic time would not end before the test's limit.
  it('takes a text that is one word, full of what it looks for', () => {
    const inOneWord = createScrubber(['aaaaaaaa']);
    expect(inOneWord(`x ${'a'.repeat(500_000)}b y`)).toBe('x [sealed] y');
    expect(inOneWord(`${'aaaaaaaab'.repeat(40_000)} y aaaaaaaac`)).toBe('[sealed] y [sealed]');
  });

  it('takes a text of 3 MB', () => {
    const text = 'line of a stack trace 41 '.repeat(120_000);
    expect(scrub(text) === text).toBe(true);
  });
});
