import { expect, test } from 'vitest';
import { composeEngine } from '../../src/engines/composed.ts';
import type { AeadKey } from '../../src/engines/primitives.ts';
import { sample, writeFrame } from '../engine-suite.ts';

test('the key of a message is wiped once it is imported', () => {
  const imported: Uint8Array[] = [];
  const none = () => undefined;
  const aead: AeadKey = { seal: () => sample(21), sealInto: none, open: none, dispose: none };
  const engine = composeEngine({
    name: 'noble',
    supports: () => true,
    sha512: () => sample(64),
    importMacKey: () => ({ mac: () => sample(64), dispose: none }),
    importAeadKey: (_, key) => {
      expect(key).toEqual(sample(64).slice(0, 32));
      imported.push(key);
      return aead;
    },
  });
  const key = engine.importRecordKey('aes-256-gcm', sample(32));
  key.seal(writeFrame(engine, sample(36), sample(9)), sample(5));
  key.derive(writeFrame(engine, sample(36), sample(9)));
  expect(imported).toEqual([new Uint8Array(32), new Uint8Array(32)]);
});
