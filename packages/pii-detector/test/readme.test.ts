import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KINDS, OPT_IN_KINDS } from '../src/index.ts';
import { clear, custom, edge, email, fields, proposal, small, words } from './readme-example.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the example of the README is this one, and does what it says', () => {
  const example = readFileSync(new URL('./readme-example.ts', import.meta.url), 'utf8');
  expect(readme).toContain(example.replaceAll('export const', 'const'));
  expect(fields).toEqual(['/customer/email', '/customer/ip', '/note']);
  expect(email).toMatchObject({ kind: 'email', pointer: '/customer/email', start: 0, end: 15, inKey: false });
  expect(words).toBe(
    'email in /customer/email at units 0 to 15, confidence 0.98: it is a complete address (RFC 5321).',
  );
  expect(clear).toEqual({
    order: 'A-1017',
    customer: { email: '[email]', ip: '[ipv4]' },
    note: 'card [credit_card], call [phone]',
  });
  expect(proposal.selectors.map(({ selector }) => selector)).toEqual(['customer.email', 'customer.ip?', 'note?']);
  expect(custom.piiFields({ loyaltyCode: 'x7', contact_channel: 'phone', badge: 'B-1234' })).toEqual([
    '/badge',
    '/loyaltyCode',
  ]);
  expect(small.piiFields({ a: '4111111111111111', b: '123-45-6789' })).toEqual(['/a']);
  expect(edge.piiFields({ a: '4111111111111111', b: '123-45-6789' })).toEqual(['/a', '/b']);
});

test('the README names every kind', () => {
  for (const kind of KINDS) expect(readme).toContain(`\`${kind}\``);
  expect(readme).toContain(OPT_IN_KINDS.map((kind) => `\`${kind}\``).join(', '));
});
