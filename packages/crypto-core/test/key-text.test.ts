import { expect, test } from 'vitest';
import { decodeKey } from '../src/key-text.ts';
import { sample } from './engine-suite.ts';

const key = sample(32);
const buffer = Buffer.from(key);

test.each([
  ['base64', buffer.toString('base64')],
  ['base64url', buffer.toString('base64url')],
  ['hex', buffer.toString('hex')],
  ['upper-case hex', buffer.toString('hex').toUpperCase()],
  ['base64 with the line end of a file', `${buffer.toString('base64')}\n`],
])('reads %s', (_, text) => expect(decodeKey(text)).toEqual(key));

const base64 = buffer.toString('base64');
test.each([
  ['empty', ''],
  ['a pass phrase', 'correct horse battery staple'],
  ['16 bytes', buffer.subarray(16).toString('base64')],
  ['33 bytes', Buffer.concat([buffer, buffer]).subarray(0, 33).toString('base64')],
  ['64 bytes in hex', Buffer.concat([buffer, buffer]).toString('hex')],
  ['base64 without padding', base64.slice(0, 43).replace(/.$/, '+')],
  ['padding twice', `${base64.slice(0, 42)}==`],
  ['a foreign character', base64.replace(/^./, '*')],
  ['a space inside', `${base64.slice(0, 20)} ${base64.slice(20)}`],
  ['leftover bits that are not zero', `${base64.slice(0, 42)}${String.fromCharCode(base64.charCodeAt(42) + 1)}=`],
  ['hex with a foreign character', buffer.toString('hex').replace(/^./, 'g')],
  ['zeros', Buffer.alloc(32).toString('base64')],
  ['one byte 32 times', Buffer.alloc(32, 0xa5).toString('hex')],
])('refuses %s and says how to make one', (_, text) => {
  expect(() => decodeKey(text)).toThrow(expect.objectContaining({ code: 'key_malformed' }));
  try {
    decodeKey(text);
  } catch (error) {
    expect(String(error)).toContain('openssl rand -base64 32');
    if (text.length > 4) expect(String(error)).not.toContain(text.trim().slice(0, 12));
  }
});

test('takes text only', () => expect(() => decodeKey(undefined as never)).toThrow(TypeError));
