// Signed ends of the audit chain: made, read from files, and held against a walk along the chain.
import { Buffer } from 'node:buffer';
import type { AuditCheckpoint, AuditSigner, AuditVerdict, Fault, VerifyAuditOptions } from './audit-verdict.ts';
import type { Walk } from './audit-walk.ts';
import { KeyManagerError } from './errors.ts';
import type { StoreSession } from './store-session.ts';

const format = 'hammerwork/1 audit checkpoint';

/** The chain's end, signed. The chain is not verified by it. */
export async function createCheckpoint(session: StoreSession, signer: AuditSigner): Promise<AuditCheckpoint> {
  const { storeId, auditSeq, auditHash } = await session.readState();
  const unsigned: Omit<AuditCheckpoint, 'signature'> = {
    format,
    storeId,
    seq: auditSeq,
    hash: auditHash,
    at: new Date(session.clock.now()).toISOString(),
    signerId: signer.id,
  };
  const signature = await signer.sign(messageOf(unsigned));
  return { ...unsigned, signature: Buffer.from(signature).toString('base64url') };
}

/** Checkpoints out of a file: one JSON object, or one per line. Errors: `checkpoint_malformed`. */
export function parseCheckpoints(text: string): AuditCheckpoint[] {
  try {
    return [checkpointOf(JSON.parse(text))];
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw error instanceof KeyManagerError ? error : malformed();
    return lines.map((line) => {
      try {
        return checkpointOf(JSON.parse(line));
      } catch {
        throw malformed();
      }
    });
  }
}

function checkpointOf(value: unknown): AuditCheckpoint {
  const { format: found, storeId, seq, hash, at, signerId, signature } = (value ?? {}) as Partial<AuditCheckpoint>;
  const texts = [storeId, hash, at, signerId, signature];
  if (found !== format || !Number.isSafeInteger(seq) || texts.some((text) => typeof text !== 'string'))
    throw malformed();
  return { format, storeId, seq, hash, at, signerId, signature } as AuditCheckpoint;
}

/** TypeError for checkpoints that nothing can verify. */
export function assertVerifier({ checkpoints = [], verifySignature }: VerifyAuditOptions): void {
  if (checkpoints.length > 0 && !verifySignature) {
    throw new TypeError('verifyAudit needs verifySignature to hold the chain against checkpoints');
  }
}

interface Walked {
  walk: Walk;
  /** What was found already. */
  fault: Fault | undefined;
  storeId: string | undefined;
}

/** The verdict over a finished walk: the first fault of the chain, else that of a checkpoint. */
export async function holdAgainstCheckpoints(
  { walk, fault: found, storeId }: Walked,
  { checkpoints = [], verifySignature }: VerifyAuditOptions,
): Promise<AuditVerdict> {
  let fault = found;
  let anchored = 0;
  for (const checkpoint of checkpoints) {
    const own = await faultOfCheckpoint(checkpoint, { storeId, walk, verifySignature: verifySignature! });
    fault ??= own;
    if (!own) anchored = Math.max(anchored, checkpoint.seq);
  }
  const unanchored = walk.seq - anchored;
  return { ok: fault === undefined, entries: walk.seq, fault, anchored, unanchored };
}

async function faultOfCheckpoint(
  checkpoint: AuditCheckpoint,
  { storeId, walk, verifySignature }: Omit<Walked, 'fault'> & Required<Pick<VerifyAuditOptions, 'verifySignature'>>,
): Promise<Fault | undefined> {
  const { seq, signerId } = checkpoint;
  const signature = new Uint8Array(Buffer.from(checkpoint.signature, 'base64url'));
  if (!(await verifySignature(signerId, messageOf(checkpoint), signature))) {
    return {
      kind: 'checkpoint_unsigned',
      seq,
      message: `The checkpoint at entry ${seq} is not signed by "${signerId}".`,
    };
  }
  const hash = walk.marks.get(seq);
  const agrees = hash !== undefined && storeId === checkpoint.storeId && hash === checkpoint.hash;
  if (agrees) return undefined;
  if (seq > walk.seq) {
    const message = `The checkpoint was made at entry ${seq}, but the log ends after ${walk.seq}.`;
    return { kind: 'entries_cut_off', seq: walk.seq + 1, message };
  }
  const message = `The log up to entry ${seq} is not the one the checkpoint was made of.`;
  return { kind: 'checkpoint_mismatch', seq, message };
}

function messageOf(checkpoint: Omit<AuditCheckpoint, 'signature'>): Uint8Array {
  const { format, storeId, seq, hash, at, signerId } = checkpoint;
  return new TextEncoder().encode(JSON.stringify([format, storeId, seq, hash, at, signerId]));
}

function malformed(): KeyManagerError {
  return new KeyManagerError(
    'checkpoint_malformed',
    'This is no checkpoint file. Write one with `hammerwork audit checkpoint`; it holds one JSON object per line.',
  );
}
