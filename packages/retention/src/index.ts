export { type DeletionPlan, type PlanTimes, planDeletion } from './deletion-plan.ts';
export type { Duration } from './duration.ts';
export { RetentionError, type RetentionErrorCode } from './errors.ts';
export type { DeletedJob } from './pg/delete-due-jobs.ts';
export {
  deleteAfter,
  deleteAt,
  deleteImmediately,
  keepIndefinitely,
  parseRetentionPolicy,
  type RetentionPolicy,
  useDefault,
} from './retention-policy.ts';
export {
  createSweeper,
  type Database,
  type DeletionReceipt,
  type Sweeper,
  type SweeperOptions,
  type SweepResult,
} from './sweeper.ts';
