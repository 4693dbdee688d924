import {
  createEd25519Signer,
  createEd25519Verifier,
  generateAuditKeyPair,
  type KeyManager,
  verifyAuditExport,
} from '@hammerwork/key-manager';

export async function endOfAKey(keys: KeyManager): Promise<string> {
  const auditor = generateAuditKeyPair(); // once; the private key never meets the database
  const checkpoint = await keys.createCheckpoint(createEd25519Signer(auditor.privateKey)); // kept elsewhere

  await keys.generateKey('subject-7', { scope: 'hash-of-the-subject' });
  const { state, copies } = await keys.destroyKey('subject-7', 1, { erasure: true, reason: 'request 17' });
  const log: string[] = [];
  for await (const line of keys.exportAudit()) log.push(line);

  const verdict = await verifyAuditExport(log, {
    checkpoints: [checkpoint],
    verifySignature: createEd25519Verifier(auditor.publicKey),
  });
  const places = copies.map(({ place }) => place).join(', ');
  return `${state}; copies may live on in: ${places}; whole: ${verdict.ok}, unanchored: ${verdict.unanchored}`;
}
