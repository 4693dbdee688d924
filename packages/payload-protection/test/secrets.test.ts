import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { definePolicy, ProtectionError, type ProtectionErrorCode } from '../src/index.ts';
import { context, crypto, keyRing, protect } from './fixture.ts';

const planted = 'planted-4111-secret';
const policy = definePolicy({ piiFields: ['card'] });
const unbound = definePolicy({ piiFields: ['card'], bindClear: false });
const recordOf = (plaintext: string, flags = {}) =>
  keyRing().withSealingKey('default', (key) =>
    crypto.seal(key, new TextEncoder().encode(plaintext), context, flags),
  ) as Uint8Array;
const sealed = recordOf(`{"/card":"${planted}"}`);
const open = (clear: unknown, record: Uint8Array | null = sealed, pointers = ['/card']) =>
  protect().open({ clear, record, pointers }, unbound, context);

const failures: Record<ProtectionErrorCode, () => unknown> = {
  payload_not_json: () => protect().seal({ card: planted, [planted]: { at: new Date() } }, policy, context),
  payload_too_deep: () =>
    protect({ limits: { maxDepth: 2 } }).seal({ [planted]: { [planted]: [planted] } }, policy, context),
  payload_too_large: () => protect({ limits: { maxTextUnits: 9 } }).seal({ card: planted }, policy, context),
  text_malformed: () => protect().seal({ card: 1, [planted]: `${planted}\ud800` }, policy, context),
  selector_unmatched: () => protect().seal({ [planted]: planted }, policy, context),
  already_sealed: () => protect().seal({ clear: { planted }, record: sealed, pointers: [planted] }, policy, context),
  record_missing: () => open({ card: planted }, null),
  field_not_sealed: () => open({ card: planted }, recordOf('{}'), []),
  pointers_differ: () => open({ card: null }, sealed, [`/${planted}`]),
  clear_changed: () => open({ card: `${planted} too` }),
  clear_malformed: () =>
    protect().open({ clear: { [planted]: () => planted }, record: sealed, pointers: [] }, policy, context),
  plaintext_malformed: () => open({ card: null }, recordOf(`{"/card":"${planted}"`)),
};

describe('errors hold no personal data', () => {
  it.each(Object.entries(failures))('%s', async (code, call) => {
    const error = await (async () => call())().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProtectionError);
    expect(error).toMatchObject({ code, retryable: false });
    for (const shown of [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), String(error)]) {
      // The stack names this file's lines, not their text.
      expect(shown).not.toContain('planted-4111');
    }
  });
});
