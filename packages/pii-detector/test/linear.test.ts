// Adversarial texts: four times the text costs four times the steps, for every shape, and few steps per unit.
import { expect, test } from 'vitest';
import { createDetector } from '../src/index.ts';
import { countSteps } from './steps.ts';

const SMALL = 1 << 14;
const LARGE = SMALL * 4;
/** Four, and what the ends of the texts cost. */
const MAX_GROWTH = 4.5;
/** No unit may be looked at more often than this: a bound in the code that is too wide shows here. */
const MAX_STEPS_PER_UNIT = 400;

const detector = createDetector();

const UNITS = [
  ...[
    'a',
    '1',
    'a.',
    'a@',
    '@a.',
    '@',
    'a@b.c',
    'a@b.com',
    '"a"@',
    '"a@',
    'é@é.',
    '用户@',
    'a@[IPv6:',
    'mailto:',
    '***',
  ],
  ...[
    '1-',
    '1 ',
    '1.',
    '1,',
    '(1',
    '1/',
    '+',
    '+1',
    '+1 ',
    '+44 ',
    '123-45-',
    '4111-',
    '4111 1111 1111 1111 ',
    '1234 ',
  ],
  ...[
    '202-555-',
    '(202) ',
    '555-123-4567 x',
    ' ext 1',
    'tel 1 ',
    'call 1',
    'ssn 1',
    'curl -u a1 ',
    'curl --user a=1 ',
    'sshpass -p a1= ',
    'mysql -pa1= ',
    'iban ',
    'DE89',
    'DE89 ',
    'AA 99 99 ',
  ],
  ...[':', '::', '0:', '::1 ', '1:2:3:4:', 'fe80::%', '::ffff:1.1.1.1', '1.2.3.4.', '1.2.3.4-', 'std::', 'ip6:'],
  ...['"', "'", '\\"', '{"', '["', '[', '{"a":', '"":', '[1,', '{"a":"{\\"b\\":\\"', '{{', '${'],
  ...[
    'eyJ',
    'eyJ.',
    'eyJhbGciOiJIUzI1NiJ9.',
    'ghp_',
    'ghs_1_eyJ.',
    'ghs_1_eyJ_',
    'sk-',
    'sk-proj-',
    'https://hooks.slack.com/services/T',
    'https://a:%23',
    'password=/Aa1/',
    'page token: ',
    'values (415-867-5309, ',
    'values values 415-867-5309 ',
    'AKIA',
    'AKIA-',
    'whsec_/',
    'glpat-',
  ],
  ...['glc_', '/glc_', 'ops_eyJ', 'pypi-AgEIcHlwaS5vcmc', 'npm_', 'SG.', 'xoxb-a-', 'xoxb-1234567890-', 'aaa1Q~', 'Q~'],
  ...['hooks.slack.com/services/', 'hooks.slack.com/services/T/', '1234567:AA', 'bot1:AA', 'AIza', 'SK', 'T3BlbkFJ'],
  ...[
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY----- ',
    '-----BEGIN ',
    '-----END ',
    '[-----END8Q~',
    '-----BEGIN',
    '-----',
    '-',
  ],
  ...[
    'a=',
    'password=',
    'password: ',
    'password=(',
    'token=a1&',
    'password="',
    'Authorization: Bearer ',
    '--password ',
  ],
  ...[
    'password is a1b2c3 ',
    'my password : ',
    'machine a login a password a1b2c3 ',
    "password 'a1b2c3' ",
    'value="a1b2c3" ',
    'the api key a1b2c3 ',
    'is a1b2c3 ',
    'password=x.1',
    'password:\n',
    '**password:** a1',
    'password a1b2C3\n',
    "define('password', 'a1b2c3') ",
    '$2b$12$a',
    '$argon2id$v=1$m=1',
    'cvv=1&',
    'x {"a":"',
    'x{"',
    'x {"a":{"',
    '={"a":1} ',
    '{ ',
    'x {"a" ',
    ':{"a":"\\"',
    'first_name=Ann Lee ',
    'date of birth: 1 ',
    'passport number: A1-',
    '1.2.3.4. A\n',
    '-1.1 1.2.3.4 ',
    'image: a:1.2.3.4 ',
    'password=1.',
    'key is 1a',
    'curl -u a:1 ',
    '4155552671 is ',
    '4155552671 (a',
    'C:\\',
    'C:\\a ',
  ],
  ...['://', 'a://a:', 'a://a:a@', 'http://', 'x?a=', '%40', '%2B', 'sig='],
  ...['１', '1\u200b', '\u200b', '\u2014', '1\u20141', '\ud800', '\u00ad1', 'カード'],
];

/** Many beginnings, then what their ends are sought in. */
const HEADS = ['ya29.', 'hvs.', 'glft-', 'SG.', 'xoxe-', 'eyJ.', 'fm2_/', 'a@b.', '://', 'password=', '1.'];
const TAILS = ['.', '-', '=', '_', '/', '1', ')', '\\'];

function repeated(unit: string): (length: number) => string {
  return (length) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** A text of many different values: a cache or a list of what was seen may not hide the cost. */
function distinct(make: (i: number) => string): (length: number) => string {
  return (length) => {
    const parts: string[] = [];
    for (let size = 0, i = 0; size < length; i++) {
      const part = make(i * 7919 + 13);
      parts.push(part);
      size += part.length;
    }
    return parts.join('').slice(0, length);
  };
}

/** Units drawn at random, the same ones in every run: a shorter text is the beginning of a longer one. */
function mixed(alphabet: readonly string[], seed: number): (length: number) => string {
  return (length) => {
    let state = seed;
    return distinct(() => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return alphabet[(state >> 8) % alphabet.length]!;
    })(length);
  };
}

const SHAPES: readonly (readonly [string, (length: number) => string])[] = [
  ...UNITS.map((unit) => [JSON.stringify(unit), repeated(unit)] as const),
  ...HEADS.flatMap((head) =>
    TAILS.map((tail) => {
      const make = (length: number) => repeated(head)(length / 2) + repeated(tail)(length / 2);
      return [`${JSON.stringify(head)}, then ${JSON.stringify(tail)}`, make] as const;
    }),
  ),
  ['distinct phones', distinct((i) => `+1415${String(2000000 + i).slice(0, 7)} `)],
  ['distinct cards', distinct((i) => `${4000000000000000 + i * 104729} `)],
  ['distinct addresses', distinct((i) => `u${i}@h${i}.com,`)],
  ['distinct near-miss tokens', distinct((i) => `ghp_${String(i).repeat(9).slice(0, 36)} `)],
  ['distinct assignments', distinct((i) => `token_${i}=v${i}&`)],
  ['distinct keys of JSON', (length) => `{${distinct((i) => `"k${i}":"v",`)(length)}"z":1}`],
  ['JSON in JSON', (length) => JSON.stringify(JSON.stringify(JSON.stringify({ a: '"x@y'.repeat(length / 24) })))],
  ['a key without an end', (length) => `-----BEGIN PRIVATE KEY-----\n${'QUJD\n'.repeat(length / 5)}`],
  ['a literal without an end', (length) => `{"a":"${'\\'.repeat(length)}`],
  ...[3, 5, 7, 11, 13, 17].map((seed) => [`mixed ${seed}`, mixed(UNITS, seed)] as const),
];

test.each(SHAPES)('%s', (_name, make) => {
  for (const wrap of [(text: string) => text, (text: string) => ({ note: [text], [text]: text })]) {
    detector.detect(wrap(make(64)));
    const small = countSteps(() => detector.detect(wrap(make(SMALL))));
    const large = countSteps(() => detector.detect(wrap(make(LARGE))));
    expect(large).toBeLessThanOrEqual(small * MAX_GROWTH + 10_000);
    expect(large / LARGE).toBeLessThan(MAX_STEPS_PER_UNIT);
  }
});

test('the count sees what is not linear', () => {
  const quadratic = (text: string) => {
    for (let i = 0; i < text.length; i += 16) text.indexOf('#', i);
  };
  const small = countSteps(() => quadratic('a'.repeat(SMALL)));
  const large = countSteps(() => quadratic('a'.repeat(LARGE)));
  expect(large).toBeGreaterThan(small * 10);
});
