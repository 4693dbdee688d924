// Loaded key versions by handle, bounded, and which of them seals for a key id. Refusals are remembered for a moment.
// The cache holds no policy: `cached-key-ring.ts` decides what is loaded, used and dropped.
import { type CachedKey, evict } from './cached-key.ts';
import type { KeyManagerError } from './errors.ts';
import { keyIdName } from './key-names.ts';
import type { KeyUsage } from './key-store.ts';

export interface KeyCache {
  readonly size: number;
  get(handle: string): CachedKey | undefined;
  sealing(keyId: string): CachedKey | undefined;
  /** Puts a key in place of the one with the same handle, and drops another when the cache is full. */
  put(handle: string, cached: CachedKey): void;
  setSealing(keyId: string, cached: CachedKey): void;
  /** The key id's next seal looks up its active version anew. */
  forgetSealing(keyId: string): void;
  drop(handle: string): void;
  clear(): void;
  /** A remembered refusal, by name: `handleName` or `keyIdName`. */
  refusal(name: string, nowMs: number): KeyManagerError | undefined;
  refuse(name: string, error: KeyManagerError, untilMs: number): void;
  forgetRefusal(name: string): void;
  /** Every key id's next seal looks up its active version anew. */
  forgetAllSealing(): void;
  handles(): Uint8Array[];
  /** Uses counted since the last call. */
  takeUsage(): KeyUsage[];
}

export function createKeyCache(maxEntries: number): KeyCache {
  const keys = new Map<string, CachedKey>();
  const sealing = new Map<string, CachedKey>();
  const refusals = new Map<string, { error: KeyManagerError; untilMs: number }>();
  let leftUsage: KeyUsage[] = [];

  function usageOf(cached: CachedKey): KeyUsage[] {
    if (cached.uses === 0) return [];
    const usage = { handle: cached.row.handle, count: cached.uses, lastUsedAt: cached.lastUsedAt };
    cached.uses = 0;
    return [usage];
  }

  function drop(handle: string): void {
    const cached = keys.get(handle);
    if (!cached) return;
    keys.delete(handle);
    if (sealing.get(cached.row.keyId) === cached) sealing.delete(cached.row.keyId);
    leftUsage.push(...usageOf(cached));
    evict(cached);
  }

  /** Second chance: the oldest key that was not used since the last look goes. */
  function makeRoom(): void {
    for (const [handle, cached] of keys) {
      if (keys.size < maxEntries) return;
      if (cached.touched) {
        cached.touched = false;
        keys.delete(handle);
        keys.set(handle, cached);
      } else {
        drop(handle);
      }
    }
  }

  return {
    get size() {
      return keys.size;
    },
    get: (handle) => keys.get(handle),
    sealing: (keyId) => sealing.get(keyId),
    put(handle, cached) {
      drop(handle);
      makeRoom();
      keys.set(handle, cached);
      refusals.delete(handle);
    },
    setSealing(keyId, cached) {
      sealing.set(keyId, cached);
      refusals.delete(keyIdName(keyId));
    },
    forgetSealing(keyId) {
      sealing.delete(keyId);
      refusals.delete(keyIdName(keyId));
    },
    drop,
    clear() {
      for (const handle of [...keys.keys()]) drop(handle);
      sealing.clear();
      refusals.clear();
    },
    refusal(name, nowMs) {
      const known = refusals.get(name);
      if (!known) return undefined;
      if (nowMs < known.untilMs) return known.error;
      refusals.delete(name);
      return undefined;
    },
    refuse(name, error, untilMs) {
      if (refusals.size >= maxEntries) refusals.clear();
      refusals.set(name, { error, untilMs });
    },
    forgetRefusal: (name) => void refusals.delete(name),
    forgetAllSealing: () => sealing.clear(),
    handles: () => [...keys.values()].map((cached) => cached.row.handle),
    takeUsage() {
      const usage = [...leftUsage, ...[...keys.values()].flatMap(usageOf)];
      leftUsage = [];
      return usage;
    },
  };
}
