// What a started key manager does by itself: follow changes, write counted uses and audit checkpoints, rotate what is due.
import { createCheckpoint } from './audit-checkpoint.ts';
import type { CachedKeyRing } from './cached-key-ring.ts';
import { performDueDestructions } from './destroy.ts';
import type { Limits } from './limits.ts';
import type { CheckpointPolicy, KeyManagerWarning } from './manager-options.ts';
import type { OpenAudit } from './open-audit.ts';
import type { Operations } from './operations.ts';
import { performAutomaticRotation } from './rotate.ts';
import { repeat, type Schedule } from './schedule.ts';

export interface Maintenance {
  start(): void;
  /** Ends what runs and writes the uses counted so far. */
  stop(): Promise<void>;
}

export interface MaintenanceOptions {
  ops: Operations;
  ring: CachedKeyRing;
  limits: Limits;
  automaticRotationMs: number | undefined;
  checkpoints: CheckpointPolicy | undefined;
  openAudit: OpenAudit | undefined;
}

const hourMs = 3_600_000;

export function startMaintenance(options: MaintenanceOptions): Maintenance {
  const { ops, ring, limits, automaticRotationMs, checkpoints, openAudit } = options;
  const { session, warn } = ops;
  const schedules: Schedule[] = [];
  let unwatch: Promise<(() => Promise<void>) | undefined> | undefined;

  function attempt(code: KeyManagerWarning['code'], work: () => Promise<unknown>): () => Promise<void> {
    return async () => {
      try {
        await work();
      } catch (error) {
        warn({ code, message: error instanceof Error ? error.message : 'unknown' });
      }
    };
  }

  async function flushUsage(): Promise<void> {
    const usage = ring.takeUsage();
    if (usage.length > 0) await session.store.addUsage(usage);
  }

  async function rotateAndDestroy(): Promise<void> {
    await performAutomaticRotation(ops);
    await performDueDestructions(ops, { reason: 'undo window over' });
  }

  let anchored = 0;
  async function writeCheckpoint({ signer, write }: CheckpointPolicy): Promise<void> {
    const { auditSeq } = await session.readState();
    if (auditSeq === anchored) return;
    const checkpoint = await createCheckpoint(session, signer);
    await write(checkpoint);
    anchored = checkpoint.seq;
  }

  const sync = attempt('sync_failed', ring.sync);
  return {
    start() {
      if (schedules.length > 0) return;
      const { clock, store } = session;
      schedules.push(repeat(clock, limits.pollIntervalMs, sync));
      schedules.push(repeat(clock, limits.usageFlushMs, attempt('usage_lost', flushUsage)));
      if (automaticRotationMs !== undefined) {
        schedules.push(repeat(clock, automaticRotationMs, attempt('rotation_failed', rotateAndDestroy)));
      }
      if (checkpoints) {
        const work = attempt('checkpoint_failed', () => writeCheckpoint(checkpoints));
        schedules.push(repeat(clock, checkpoints.everyMs ?? hourMs, work));
      }
      // Without notices the poll alone keeps the bound.
      unwatch = store.watch?.(() => void sync()).catch(() => undefined);
    },
    async stop() {
      await Promise.all(schedules.splice(0).map((schedule) => schedule.stop()));
      await (await unwatch)?.();
      await attempt('usage_lost', flushUsage)();
      if (openAudit) await attempt('audit_behind', openAudit.flush)();
    },
  };
}
