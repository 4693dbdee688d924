import {
  createDetector,
  createDetectorOf,
  creditCards,
  detectSchema,
  emails,
  explain,
  FIRST_TIER,
} from '@hammerwork/pii-detector';

// Make one detector and keep it.
const detector = createDetector();

const job = {
  order: 'A-1017',
  customer: { email: 'ann@example.com', ip: '203.0.113.7' },
  note: 'card 4111 1111 1111 1111, call (415) 555-2671',
};

// What has to be sealed, as JSON Pointers.
export const fields = detector.piiFields(job);

// What was found, where, how sure, and why; never the value.
export const [email] = detector.detect(job).findings;
export const words = explain(email!);

// A copy for a log.
export const clear = detector.redact(job);

// What a job type's policy should seal, from a sample of its payloads.
export const proposal = detectSchema([job, { order: 'A-1018', customer: { email: 'bob@example.com' } }]);

// Own names and own detectors; a small bundle with some kinds only.
export const custom = createDetector({
  names: { loyalty_code: 'personal_data', contact_channel: false },
  custom: [{ kind: 'custom:badge', find: (text) => (/^B-\d{4}$/.test(text) ? [{ start: 0, end: text.length }] : []) }],
});
export const small = createDetectorOf([creditCards, emails]);

// On the edge: cards, SSNs, e-mail, phones, IPs, tokens and keys, in 25 KB instead of 35.
export const edge = createDetectorOf(FIRST_TIER);
