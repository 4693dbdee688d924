// The detection examples of the source document, word for word, and its field names.
import { expect, test } from 'vitest';
import { detect, piiFields } from '../src/index.ts';

test('automatic detection example', () => {
  const payload = {
    user_id: 'user123',
    credit_card: '4111-1111-1111-1111',
    ssn: '123-45-6789',
    email: 'user@example.com',
    amount: 99.99,
    timestamp: '2024-01-01T00:00:00Z',
  };
  expect(piiFields(payload)).toEqual(['/credit_card', '/email', '/ssn']);
  expect(detect(payload).findings.map(({ kind, start, end }) => [kind, start, end])).toEqual([
    ['credit_card', 0, 19],
    ['ssn', 0, 11],
    ['email', 0, 16],
  ]);
});

test('manual specification example', () => {
  const payload = {
    user_id: 'user123',
    credit_card: '4111-1111-1111-1111',
    billing_address: '123 Main St',
    phone: '+1-555-123-4567',
    preferences: { newsletter: true },
  };
  expect(piiFields(payload)).toEqual(['/billing_address', '/credit_card', '/phone']);
});

test.each([
  ['credit_card', '4242424242424242'],
  ['card_number', 4111111111111111],
  ['cvv', '123'],
  ['cvv', 987],
  ['ssn', '123456789'],
  ['email', 'ann@example.com'],
  ['phone', '555-123-4567'],
  ['billing_address', { street: '1 Main St', city: 'Springfield' }],
  ['medical_record', 'fracture of the left wrist'],
  ['medical_record_number', 'MRN-0012345'],
  ['patient_info', { ward: 'B' }],
  ['personal_data', { shoe_size: 44 }],
  ['cardholder_name', 'Ann Smith'],
])('%s is personal', (name, value) => {
  expect(piiFields({ [name]: value })).toEqual([`/${name}`]);
});

test.each([
  ['preferences', { newsletter: true }],
  ['amount', 99.99],
  ['timestamp', '2024-01-01T00:00:00Z'],
  ['transaction_amount', 250],
  ['user_id', 'user123'],
])('%s is not', (name, value) => {
  expect(piiFields({ [name]: value })).toEqual([]);
});
