// What a row that says too much of its version has to say: the file or the former row is from before its end.
import type { NewKeyRow } from './edit.ts';
import type { KeyState } from './key-transition.ts';

/** Brings a row that still has its bytes to the state that is known of its version, or leaves it where it is worse. */
export function endedAs(
  row: Pick<NewKeyRow, 'status' | 'rotatedAt' | 'retiredAt'>,
  state: Extract<KeyState, 'deactivated' | 'retired' | 'compromised'>,
  nowMs: number,
): Partial<NewKeyRow> {
  const status = state === 'compromised' || row.status === 'compromised' ? 'compromised' : 'deactivated';
  return {
    status,
    rotatedAt: row.rotatedAt ?? nowMs,
    nextRotationAt: undefined,
    // Which policy the order named is not known any more: the stricter one.
    ...(state === 'compromised' ? { compromisePolicy: 'hold' } : {}),
    ...(state === 'retired' ? { retiredAt: row.retiredAt ?? nowMs } : {}),
    destroyAt: undefined,
    destroyRequestedBy: undefined,
    destroyApprovedBy: undefined,
  };
}
