// Second opinions: what the hand-written parsers say beside libraries that do only that, over lists and random values.

import creditCardType from 'credit-card-type';
import fc from 'fast-check';
import { countrySpecs, isValidIBAN } from 'ibantools';
import { IPv4, IPv6 } from 'ipaddr.js';
import { getCountries, getExampleNumber, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import validator from 'validator';
import { expect, test } from 'vitest';
import { passesMod97, structureOf } from '../src/bank.ts';
import { passesLuhn } from '../src/digits.ts';
import { fold, foldForScan } from '../src/fold.ts';
import { createDetector, detectText } from '../src/index.ts';
import { parseIpv4 } from '../src/ipv4.ts';
import { parseIpv6 } from '../src/ipv6.ts';
import { issuedAs } from '../src/issuers.ts';
import { isItin, isSsn } from '../src/ssn.ts';

const octet = fc.oneof(fc.nat(300).map(String), fc.constantFrom('01', '', '-1', '255', '256'));

test('IPv4: the same as ipaddr.js on dotted quads', () => {
  fc.assert(
    fc.property(fc.array(octet, { minLength: 3, maxLength: 5 }), (octets) => {
      const text = octets.join('.');
      expect(parseIpv4(text) !== undefined).toBe(IPv4.isValidFourPartDecimal(text));
    }),
  );
});

const group = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 1, maxLength: 5 }),
  fc.constantFrom('', '', 'g', '0', '192.0.2.1', '1.2.3'),
);

test('IPv6: the same as ipaddr.js', () => {
  fc.assert(
    fc.property(fc.array(group, { minLength: 2, maxLength: 9 }), (groups) => {
      const text = groups.join(':');
      if (text.length <= 45) expect([text, parseIpv6(text) !== undefined]).toEqual([text, IPv6.isValid(text)]);
    }),
    { numRuns: 2000 },
  );
});

test('IPv6: every address that ipaddr.js writes is parsed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), fc.boolean(), (parts, zero) => {
      const address = new IPv6(zero ? parts.map((part, i) => (i > 2 && i < 6 ? 0 : part)) : parts);
      expect(parseIpv6(address.toRFC5952String())).toBeDefined();
      expect(parseIpv6(address.toNormalizedString())).toBeDefined();
    }),
  );
});

test('Luhn and IBAN: the same as validator and ibantools', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^4[0-9]{15}$/), (digits) => {
      expect(passesLuhn(digits, 0, digits.length)).toBe(validator.isCreditCard(digits));
    }),
  );
  for (const iban of ['DE89370400440532013000', 'GB82WEST12345698765432', 'FR7630006000011234567890189']) {
    expect(isValidIBAN(iban)).toBe(true);
    for (let digit = 0; digit < 10; digit++) {
      const changed = `${iban.slice(0, -1)}${digit}`;
      expect([changed, passesMod97(changed)]).toEqual([changed, isValidIBAN(changed)]);
      expect(detectText(`to ${changed} now`).findings.some(({ kind }) => kind === 'iban')).toBe(isValidIBAN(changed));
    }
  }
});

test('IBAN: the structures of ibantools, country by country', () => {
  const units = { n: '7', a: 'Q', c: 'Q' };
  // Accounts there begin with FI and FR.
  const territories = ['AX', 'GF', 'GP', 'MF', 'MQ', 'NC', 'PF', 'PM', 'RE', 'TF', 'WF', 'YT'];
  // The registry has letters there too.
  const looser = ['PK', 'PS'];
  for (const [country, { chars, bban_regexp, IBANRegistry }] of Object.entries(countrySpecs)) {
    if (!IBANRegistry || territories.includes(country)) continue;
    const structure = structureOf(country) ?? '';
    expect([country, structure.length + 4]).toEqual([country, chars]);
    if (looser.includes(country)) continue;
    const written = [...structure].map((unit) => units[unit as 'n']).join('');
    expect([country, new RegExp(bban_regexp!).test(written)]).toEqual([country, true]);
    // A letter where only digits go.
    const digit = structure.indexOf('n');
    const wrong = `${written.slice(0, digit)}Q${written.slice(digit + 1)}`;
    if (digit >= 0) expect([country, new RegExp(bban_regexp!).test(wrong)]).toEqual([country, false]);
  }
});

test('hasPii, piiFields and detect agree on any text', () => {
  const part = fc.constantFrom(
    ...[
      '+1 415 867 5309',
      'ann@example.com',
      '536-22-8741',
      '4111 1111 1111 1111',
      '10.20.30.40',
      'call',
      ' ',
      '-',
      '.',
    ],
    ...['\u2013', '\u2014', '\u200b', '\uff11', '\u00a0', 'é', '電話', 'ssn', ':', '(', ')', '@', '/', '"', '7'],
  );
  const detector = createDetector();
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const text = parts.join('');
      const found = detector.detect(text).findings.length > 0;
      expect([text, detector.hasPii(text), detector.piiFields(text).length > 0]).toEqual([text, found, found]);
    }),
    { numRuns: 3000 },
  );
});

test('issuers: every prefix that credit-card-type names at its lengths is issued', () => {
  const loose = new Set(['maestro', 'hiper', 'hipercard', 'verve', 'elo']);
  const missing: string[] = [];
  for (const type of Object.values(creditCardType.types)) {
    const { patterns, lengths } = creditCardType.getTypeInfo(type);
    for (const pattern of loose.has(type) ? [] : patterns) {
      // JCB's legacy ranges had 15 digits, and want a word beside them.
      if (pattern === 2131 || pattern === 1800) continue;
      const low = String(Array.isArray(pattern) ? pattern[0] : pattern)
        .padEnd(6, '0')
        .slice(0, 6);
      if (!lengths.some((length) => length >= 14 && issuedAs(low, length) > 0)) missing.push(`${type} ${low}`);
    }
  }
  expect(missing).toEqual([]);
});

test('e-mail: what validator accepts as a whole is found as a whole', () => {
  const atom = fc.stringMatching(/^[a-z0-9_+-]{1,12}$/);
  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/);
  fc.assert(
    fc.property(fc.array(atom, { minLength: 1, maxLength: 3 }), label, (local, host) => {
      const address = `${local.join('.')}@${host}.example.com`;
      fc.pre(validator.isEmail(address));
      expect(detectText(address).findings).toMatchObject([{ kind: 'email', start: 0, end: address.length }]);
    }),
  );
});

test('phones: the example number of every region, in international form, is found as a whole', () => {
  const missed = getCountries().filter((country) => {
    const number = getExampleNumber(country, examples) as PhoneNumber;
    return [number.number, number.formatInternational()].some((text) => {
      const { findings } = detectText(`reach me: ${text}, thanks`);
      return findings.length !== 1 || findings[0]!.kind !== 'phone' || findings[0]!.end !== 10 + text.length;
    });
  });
  expect(missed).toEqual([]);
});

test('phones: libphonenumber as a second opinion drops what it calls invalid', () => {
  const strict = createDetector({
    validatePhone: (candidate) => parsePhoneNumberFromString(candidate, 'US')?.isValid() ?? false,
  });
  expect(strict.detectText('call +14155552671').findings).toHaveLength(1);
  expect(detectText('call +1 555 123 4567').findings).toHaveLength(1);
  expect(strict.detectText('call +1 555 123 4567').findings).toEqual([]);
  expect(strict.piiFields({ phone: '415-555-2671', email: 'ann@example.com' })).toEqual(['/email', '/phone']);
});

test('SSN: areas, groups and serials of the SSA', () => {
  expect(['000123456', '666123456', '900123456', '123006789', '123450000'].filter(isSsn)).toEqual([]);
  expect(['123456789', '899123456', '734123456', '001010001'].every(isSsn)).toBe(true);
  expect(['912501234', '912881234', '912901234', '912991234'].every(isItin)).toBe(true);
  expect(['912491234', '912661234', '912891234', '912931234', '812501234'].filter(isItin)).toEqual([]);
});

test('folding keeps the length, and the origins point at the units', () => {
  const unit = fc.constantFrom(
    'a',
    '1',
    '１',
    '\u2011',
    '\u00a0',
    '\u200b',
    '\u00ad',
    '٣',
    '😀',
    '\ud800',
    'é',
    '\u2014',
    '②',
    '²',
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
      expect(fold(text)).toHaveLength(text.length);
      const { text: folded, origins } = foldForScan(text);
      if (origins) expect(origins).toHaveLength(folded.length);
      for (let i = 0; i < folded.length; i++) {
        const original = text[origins ? origins[i]! : i]!;
        if (original.charCodeAt(0) < 128 || '②²é'.includes(original)) expect(folded[i]).toBe(original);
      }
    }),
  );
});

test('whatever the text, regions are in order, inside of it, and apart', () => {
  const piece = fc.constantFrom(
    '4111111111111111',
    'ann@example.com',
    ' ',
    '-',
    '+1 415 555 2671',
    '10.0.0.7',
    '\u200b',
    '"',
    '{"a":',
    '}',
    '123-45-6789',
    '::',
    'password=',
    'x1',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      let last = 0;
      for (const { start, end, inKey, pointer } of detectText(text).findings) {
        expect(pointer).toBe('');
        expect(inKey).toBe(false);
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = end;
      }
    }),
    { numRuns: 1000 },
  );
});
