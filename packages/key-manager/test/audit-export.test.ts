// The log as a file and checkpoints signed with Ed25519: what an auditor works with who has neither database nor KMS.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseCheckpoints } from '../src/audit-checkpoint.ts';
import { verifyAuditExport } from '../src/audit-export.ts';
import { createEd25519Signer, createEd25519Verifier, generateAuditKeyPair } from '../src/audit-signer.ts';
import type { AuditCheckpoint } from '../src/audit-verdict.ts';
import { codeOf, createSetting } from './test-manager.ts';

const { privateKey, publicKey } = generateAuditKeyPair();
const signer = createEd25519Signer(privateKey);
const verifySignature = createEd25519Verifier(publicKey);

async function exported() {
  const setting = createSetting();
  const { manager } = setting;
  await manager.generateKey('payment');
  for (let i = 0; i < 4; i++) await manager.rotateKey('payment');
  const checkpoint = await manager.createCheckpoint(signer);
  await manager.compromiseKey('payment', 1);
  await codeOf(manager.generateKey('payment'));
  const lines: string[] = [];
  for await (const line of manager.exportAudit()) lines.push(line);
  return { ...setting, lines, checkpoint };
}

describe('an exported log', () => {
  test('is good without database or master key; what comes after the checkpoint is unanchored', async () => {
    const { lines, checkpoint, manager } = await exported();
    expect(lines.length).toBe(13);
    expect(await verifyAuditExport(lines, { checkpoints: [checkpoint], verifySignature })).toEqual({
      ok: true,
      entries: 12,
      fault: undefined,
      anchored: 10,
      unanchored: 2,
    });
    expect(await manager.verifyAudit({ checkpoints: [checkpoint], verifySignature })).toMatchObject({
      ok: true,
      anchored: 10,
      unanchored: 2,
    });
  });

  const without = (lines: string[], seq: number) => lines.filter((_, at) => at !== seq);
  const swapped = (lines: string[]) => {
    const [three, four] = [JSON.parse(lines[3]!), JSON.parse(lines[4]!)];
    return lines.with(3, JSON.stringify({ ...four, seq: 3 })).with(4, JSON.stringify({ ...three, seq: 4 }));
  };
  const edited = (lines: string[], seq: number, patch: object) =>
    lines.with(seq, JSON.stringify({ ...JSON.parse(lines[seq]!), ...patch }));

  test.each([
    ['a changed entry', (lines) => edited(lines, 5, { actor: 'nobody' }), 'entry_changed', 5],
    ['a line that is no entry', (lines) => lines.with(6, '{"seq":6'), 'entry_changed', 6],
    ['a missing entry', (lines) => without(lines, 7), 'entry_missing', 7],
    ['two entries in the wrong order', swapped, 'entry_reordered', 3],
    ['a cut-off end', (lines) => lines.slice(0, -1), 'entries_cut_off', 12],
    ['an added end', (lines) => edited(lines, 0, { entries: 11 }), 'entries_added', 12],
    ['no header', (lines) => lines.slice(1), 'entry_missing', 1],
    ['an empty file', () => [], 'entry_missing', 1],
  ] as [string, (lines: string[]) => string[], string, number][])('names %s', async (_, tamper, kind, seq) => {
    const { lines } = await exported();
    expect(await verifyAuditExport(tamper(lines))).toMatchObject({ ok: false, fault: { kind, seq } });
  });

  test('cut off before the checkpoint together with its header it is found by the checkpoint alone', async () => {
    const { lines, checkpoint } = await exported();
    const { hash } = JSON.parse(lines[8]!);
    const short = edited(lines.slice(0, 9), 0, { entries: 8, hash });
    expect(await verifyAuditExport(short)).toMatchObject({ ok: true, entries: 8, unanchored: 8 });
    const verdict = await verifyAuditExport(short, { checkpoints: [checkpoint], verifySignature });
    expect(verdict).toMatchObject({ ok: false, fault: { kind: 'entries_cut_off', seq: 9 } });
  });
});

describe('signatures', () => {
  test('of another key, or over another text, are refused', async () => {
    const { manager, checkpoint } = await exported();
    const stranger = createEd25519Verifier(generateAuditKeyPair().publicKey);
    const later = { ...checkpoint, at: '2030-01-01T00:00:00.000Z' };
    for (const [checkpoints, verifier] of [
      [[checkpoint], stranger],
      [[later], verifySignature],
      [[{ ...checkpoint, signerId: 'ed25519:0' }], verifySignature],
    ] as [AuditCheckpoint[], typeof verifySignature][]) {
      const verdict = await manager.verifyAudit({ checkpoints, verifySignature: verifier });
      expect(verdict).toMatchObject({ ok: false, fault: { kind: 'checkpoint_unsigned' } });
    }
  });

  test('need Ed25519 keys, and a verifier takes no private one', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    for (const text of ['', 'garbage', publicKey, pem]) {
      expect(await codeOf(() => createEd25519Signer(text))).toBe('signing_key_malformed');
    }
    for (const text of ['', privateKey, pem]) {
      expect(await codeOf(() => createEd25519Verifier(text))).toBe('signing_key_malformed');
    }
  });

  test('checkpoint files hold one object, or one per line; anything else is refused', async () => {
    const { checkpoint } = await exported();
    const text = JSON.stringify(checkpoint);
    expect(parseCheckpoints(JSON.stringify(checkpoint, null, 2))).toEqual([checkpoint]);
    expect(parseCheckpoints(`${text}\n${text}\n`)).toEqual([checkpoint, checkpoint]);
    for (const bad of ['', 'x', '{}', `${text}\n{}`, JSON.stringify({ ...checkpoint, seq: '1' })]) {
      expect(await codeOf(() => parseCheckpoints(bad))).toBe('checkpoint_malformed');
    }
  });
});

test('a started manager writes checkpoints while something happens, and warns when it cannot', async () => {
  const written: AuditCheckpoint[] = [];
  let failure: Error | undefined;
  const write = async (checkpoint: AuditCheckpoint) => {
    if (failure) throw failure;
    written.push(checkpoint);
  };
  const { manager, clock, warnings } = createSetting({ checkpoints: { signer, everyMs: 60_000, write } });
  await manager.generateKey('payment');
  manager.start();
  await clock.advance(180_000);
  expect(written.map(({ seq }) => seq)).toEqual([2]);
  await manager.rotateKey('payment');
  failure = new Error('disk full');
  await clock.advance(60_000);
  expect(warnings.map(({ code }) => code)).toContain('checkpoint_failed');
  failure = undefined;
  await clock.advance(60_000);
  expect(written.map(({ seq }) => seq)).toEqual([2, 4]);
  expect(await manager.verifyAudit({ checkpoints: written, verifySignature })).toMatchObject({
    ok: true,
    unanchored: 0,
  });
  await manager.close();
});
