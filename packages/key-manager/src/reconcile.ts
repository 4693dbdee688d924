// Key rows and the transitions of their versions brought in line: what ended before there were transitions gets its
// record, and a former row that somebody put back says again what became of its version.
import { verifyChain } from './audit-verify.ts';
import type { Walk } from './audit-walk.ts';
import { shredded } from './destroy.ts';
import type { Edit, NewKeyRow } from './edit.ts';
import { endedAs } from './ended-again.ts';
import { KeyManagerError } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import { nameOf } from './key-status.ts';
import { isEnded, type KeyState, stateOf } from './key-transition.ts';
import type { OperationOptions, ReconcileReport, RefusedKey } from './manager.ts';
import type { Operations } from './operations.ts';
import { refusalOf } from './refused-key.ts';

const atOnce = 100;

/** Page by page, each a change of its own: may be interrupted and repeated. Error: `audit_broken`. */
export async function reconcileKeys(ops: Operations, options: OperationOptions = {}): Promise<ReconcileReport> {
  const { session } = ops;
  const { walk, verdict } = await verifyChain(session);
  if (verdict.fault) {
    throw new KeyManagerError(
      'audit_broken',
      `What became of the keys cannot be told: the audit log is not whole. ${verdict.fault.message} Nothing was done.`,
    );
  }
  let recorded = 0;
  const restored: ReconcileReport['restored'][number][] = [];
  const refused: RefusedKey[] = [];
  let after: { keyId: string; version: number } | undefined;
  for (;;) {
    const rows = await session.store.list({ limit: atOnce, ...(after ? { after } : {}) });
    const judged = rows.map((row) => ({ row, refusal: refusalOf(session, row) ?? olderThanChain(row, walk) }));
    const trusted = judged.flatMap(({ row, refusal }) => (refusal ? [] : row));
    const unrecorded = trusted.filter((row) => isUnrecorded(row, walk));
    recorded += await record(ops, unrecorded, options);
    for (const { row, refusal } of judged) {
      if (!refusal) continue;
      const done = refusal.code === 'key_row_replayed' && (await restore(ops, row, options));
      if (done) restored.push(done);
      else refused.push(refusal);
    }
    const last = rows.at(-1);
    if (!last) return { recorded, restored, refused };
    after = { keyId: last.keyId, version: last.version };
  }
}

/** Put back before there were transitions: only the chain knows, and it does not tell all of what the row said. */
function olderThanChain(row: KeyRow, walk: Walk): RefusedKey | undefined {
  const { keyId, version } = row;
  if (row.revision >= (walk.revisions.get(`${version}\0${keyId}`) ?? 0)) return undefined;
  return {
    keyId,
    version,
    code: 'key_row_replayed',
    message:
      `${nameOf(row)} is older than its last audit entry: somebody put back a former row. See what became of it with ` +
      `\`hammerwork audit list ${keyId}\`, and do that again.`,
  };
}

/** Versions that lack a transition get one, with a new revision: every row from before is older. */
async function record(ops: Operations, rows: readonly KeyRow[], options: OperationOptions): Promise<number> {
  if (rows.length === 0) return 0;
  const intent = { operation: 'reconcile' as const, keyId: '', actor: ops.actorOf(options), reason: options.reason };
  return ops.session.change(intent, async (edit) => {
    let done = 0;
    for (const { keyId, version, revision } of rows) {
      const row = await edit.find(keyId, version);
      if (row.revision !== revision) continue; // another process was first
      await edit.update(row, {}, { operation: 'reconcile' });
      done++;
    }
    return done;
  });
}

/** Ended before there were transitions or by a program that knows of none, or the one that the chain tells of is gone. */
function isUnrecorded(row: KeyRow, walk: Walk): boolean {
  const { transition } = row;
  const told = walk.transitions.get(`${row.version}\0${row.keyId}`) ?? 0;
  if (!transition) return told > 0 || isEnded(stateOf(row));
  return transition.revision < told || transition.state !== stateOf(row);
}

async function restore(ops: Operations, { keyId, version }: KeyRow, options: OperationOptions) {
  return ops.session.change(ops.intent('reconcile', keyId, { ...options, version }), async (edit) => {
    const row = await edit.findReplayed(keyId, version);
    const to = row?.transition?.state;
    const patch = row && to && patchOf(ops, edit, row, to, ops.actorOf(options));
    if (!patch) return undefined;
    const from = stateOf(row);
    await edit.update(row, patch, { operation: 'reconcile', details: { from } });
    return { keyId, version, from, to };
  });
}

/** Undefined for a version that was not ended: nothing tells what else its last row said. */
function patchOf(
  ops: Operations,
  edit: Edit,
  row: KeyRow,
  to: KeyState,
  actor: string,
): Partial<NewKeyRow> | undefined {
  switch (to) {
    case 'destroyed':
      return shredded(edit.nowMs);
    case 'destruction_pending':
      return {
        ...endedAs(row, 'compromised', edit.nowMs), // it may have been: should the destruction be undone, it is held
        destroyAt: edit.nowMs + ops.undoWindowMs,
        destroyRequestedBy: actor,
        destroyApprovedBy: ops.requireApproval ? '' : undefined,
      };
    case 'deactivated':
    case 'retired':
    case 'compromised':
      return endedAs(row, to, edit.nowMs);
    default:
      return undefined;
  }
}
