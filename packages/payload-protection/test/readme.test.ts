import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { opened, scrub, sealed } from './readme-example.ts';

it('the example of the README is this one, and does what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = readFileSync(new URL('./readme-example.ts', import.meta.url), 'utf8');
  expect(readme).toContain(example.replaceAll('export const', 'const'));
  expect(sealed.clear).toEqual({ amount: 4200, card: '****1111', customer: { email: null, plan: 'gold' }, note: null });
  expect(sealed.pointers).toEqual(['/card', '/customer/email', '/note']);
  expect(opened).toMatchObject({ card: '4111 1111 1111 1111', note: 'call +1 (415) 555-2671 before delivery' });
  expect(scrub('card 4111-1111-1111-1111 declined')).toBe('card [sealed] declined');
});
