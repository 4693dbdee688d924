// With the real detector.
import * as piiDetector from '@hammerwork/pii-detector';
import { describe, expect, it } from 'vitest';
import { createScrubber, definePolicy } from '../src/index.ts';
import { context, protect, stored } from './fixture.ts';

const protection = protect({ detector: piiDetector });

describe('detection with @hammerwork/pii-detector', () => {
  const policy = definePolicy({ autoDetect: true });

  it('seals the example of the source document and leaves the rest', async () => {
    const payload = {
      user_id: '12345',
      credit_card: '4111-1111-1111-1111',
      ssn: '123-45-6789',
      email: 'user@example.com',
      amount: 99.99,
      timestamp: '2024-01-01T00:00:00Z',
    };
    const sealed = await protection.seal(payload, policy, context);
    expect(sealed.clear).toEqual({ ...payload, credit_card: null, ssn: null, email: null });
    expect(await protection.open(stored(sealed), policy, context)).toEqual(payload);
  });

  it('predecessor 3.0.0 #4: finds values in free text and arrays, and keys that are personal', async () => {
    const payload = {
      notes: ['nothing here', 'customer paid with 4111 1111 1111 1111 yesterday'],
      contacts: { book: { 'anna.schmidt@gmail.com': { level: 3 } }, size: 1 },
      process_name: 'protein',
    };
    const sealed = await protection.seal(payload, policy, context);
    expect(sealed.clear).toEqual({
      notes: ['nothing here', null],
      contacts: { book: null, size: 1 },
      process_name: 'protein',
    });
    expect(await protection.open(stored(sealed), policy, context)).toEqual(payload);
  });

  it('seals a payload that is one text', async () => {
    const sealed = await protection.seal('write to anna.schmidt@gmail.com', policy, context);
    expect(sealed).toMatchObject({ clear: null, pointers: [''] });
  });

  it('reports without sealing', async () => {
    const { clear, report } = await protection.seal(
      { mail: 'anna.schmidt@gmail.com' },
      definePolicy({ autoDetect: 'report' }),
      context,
    );
    expect(clear).toEqual({ mail: 'anna.schmidt@gmail.com' });
    expect(Object.values(report ?? {})).toEqual([1]);
  });

  it('scrubs what nobody named out of errors', () => {
    expect(createScrubber([], piiDetector)('bounce from anna.schmidt@gmail.com.')).toBe('bounce from [sealed].');
  });
});
