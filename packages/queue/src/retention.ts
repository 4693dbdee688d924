// What the queue needs to know of retention. `@hammerwork/retention` fits; the caller wires it.

/** A retention policy's JSON, for example `{ type: 'delete_after', seconds: 2592000 }`. */
export interface RetentionPolicy {
  readonly type: string;
}

export interface DeletionPlan {
  /** Epoch milliseconds from which the job may be deleted. */
  readonly deleteAt: number | null;
  /** Where `deleteAt` counts from the creation: by how many milliseconds. The store counts them by its own clock. */
  readonly deleteAfterMs?: number;
  /** Milliseconds after the job's finish. */
  readonly deleteAfterFinishMs: number | null;
}

/** How a queue turns retention policies into dates. */
export interface Retention {
  /** `planDeletion` of `@hammerwork/retention`. */
  planDeletion(
    policy: RetentionPolicy,
    times: { createdAt: number; defaultPolicy?: RetentionPolicy | undefined },
  ): DeletionPlan;
  /** For job types without a policy of their own, and for `useDefault()`. */
  readonly defaultPolicy?: RetentionPolicy;
}
