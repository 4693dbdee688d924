// Wraps and unwraps the key that it is given, and fails once, as a process in which every library was told to debug.
import { inspect } from 'node:util';
import type { KmsError } from '../src/errors.ts';
import { kmsFromUri } from '../src/kms-from-uri.ts';

const [uri = '', hex = ''] = process.argv.slice(2);
const context = { purpose: 'dek', key: 'payment', version: '1', scope: '' };
const key = new Uint8Array(Buffer.from(hex, 'hex'));
const kms = await kmsFromUri(uri);
const wrapped = await kms.wrap(key, context);
const opened = await kms.unwrap(wrapped, context);
if (!Buffer.from(opened).equals(key)) throw new Error('another key');
const failed = await kms.unwrap(wrapped, { ...context, version: '2' }).catch((error: KmsError) => error);
console.log(inspect(failed, { depth: 20, showHidden: true }), inspect(kms, { depth: 20, showHidden: true }));
console.log(`opened, then ${(failed as KmsError).code}`);
await kms.close?.();
