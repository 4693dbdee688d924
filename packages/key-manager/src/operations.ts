// What every key operation has at hand.
import type { AuditOperation } from './audit-entry.ts';
import type { Intent } from './edit.ts';
import { assertActor, assertKeyId, assertVersion, isWellFormed } from './key-id.ts';
import type { OperationOptions } from './manager.ts';
import type { CountReferences, KeyManagerWarning } from './manager-options.ts';
import type { StoreSession } from './store-session.ts';

export interface Operations {
  readonly session: StoreSession;
  readonly rotationIntervalDays: number | undefined;
  readonly maxVersions: number | undefined;
  readonly countReferences: CountReferences | undefined;
  /** How long after a rotation another process may still seal with the old version, and its job still be on the way. */
  readonly settleMs: number;
  readonly undoWindowMs: number;
  readonly requireApproval: boolean;
  readonly backupRetentionDays: number | undefined;
  readonly maxStalenessMs: number;
  warn(warning: KeyManagerWarning): void;
  actorOf(options?: OperationOptions): string;
  /** Checks the names. */
  intent(operation: AuditOperation, keyId: string, options?: OperationOptions & { version?: number }): Intent;
}

/** Checks who does what to which key, and fills in the default actor. */
export function makeIntent(
  operation: AuditOperation,
  keyId: string,
  options: OperationOptions & { version?: number | undefined; actor: string },
): Intent {
  assertKeyId(keyId);
  assertActor(options.actor);
  if (options.version !== undefined) assertVersion(options.version);
  const { reason } = options;
  if (reason !== undefined && (typeof reason !== 'string' || reason.length > 1000 || !isWellFormed(reason))) {
    throw new TypeError('reason must be well-formed text of at most 1000 characters');
  }
  return { operation, keyId, version: options.version, actor: options.actor, reason };
}
