// The user's module: `export const handlers = [handle(jobType, run), ...]`.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Handler } from '@hammerwork/queue';
import { WorkerError } from './errors.ts';

/** Imports `path` (relative to the working directory). Errors: `handlers_missing`, `handlers_malformed`. */
export async function loadHandlers(path: string): Promise<Handler[]> {
  if (!existsSync(path)) throw new WorkerError('handlers_missing', `There is no module ${path}. Pass --handlers FILE.`);
  const module: { handlers?: unknown } = await import(pathToFileURL(path).href).catch((cause) => {
    // nothing of a job is in memory yet, so that all may be told
    const told = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    throw new WorkerError('handlers_malformed', `The module ${path} could not be loaded: ${told}`, { cause });
  });
  const { handlers } = module;
  if (!Array.isArray(handlers) || handlers.length === 0 || !handlers.every(isHandler))
    throw new WorkerError(
      'handlers_malformed',
      `${path} must export a list: export const handlers = [handle(jobType, async (job) => { ... })].`,
    );
  return handlers;
}

function isHandler(value: unknown): value is Handler {
  const { type, run } = (value ?? {}) as Partial<Handler>;
  return typeof run === 'function' && typeof type?.kind === 'string' && typeof type.queueName === 'string';
}
