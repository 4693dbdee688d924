// The key ring over a key store: lends cached keys at once, loads the others, and stops lending what it has had no word
// about for too long.
import type { KeyRing, RecordKey } from '@hammerwork/crypto-core';
import { type CachedKey, lend } from './cached-key.ts';
import { withDeadline } from './deadline.ts';
import { KeyManagerError } from './errors.ts';
import { createKeyCache } from './key-cache.ts';
import { createKeyLoader } from './key-loader.ts';
import { handleName, keyIdName } from './key-names.ts';
import type { KeyRow } from './key-row.ts';
import type { KeyUsage } from './key-store.ts';
import type { KeyManagerWarning } from './manager-options.ts';
import type { OpenAudit } from './open-audit.ts';
import type { StoreSession } from './store-session.ts';

export interface RingLimits {
  ttlMs: number;
  maxEntries: number;
  maxStalenessMs: number;
  negativeTtlMs: number;
  loadTimeoutMs: number;
}

export interface CachedKeyRing extends Required<KeyRing> {
  /** Asks the store what changed, and drops what may no longer be used. Errors: `store_unavailable`. */
  sync(): Promise<void>;
  takeUsage(): KeyUsage[];
  readonly counters: Readonly<{ entries: number; hits: number; misses: number }>;
  /** Lends nothing more; wipes every key, those in use when they are given back. */
  close(): void;
}

export interface CachedKeyRingOptions {
  session: StoreSession;
  limits: RingLimits;
  actor: string;
  warn(warning: KeyManagerWarning): void;
  /** Told of each opening before it happens. */
  openAudit: OpenAudit | undefined;
}

/** Rows fetched one by one after a change; beyond that the cached ones are looked up. */
const changesAtOnce = 1000;
/** A key that was dropped between its load and its use is loaded again, this often. */
const maxAttempts = 5;

export function createCachedKeyRing(options: CachedKeyRingOptions): CachedKeyRing {
  const { session, limits, actor, warn, openAudit } = options;
  const { store, clock } = session;
  const cache = createKeyCache(limits.maxEntries);
  const loader = createKeyLoader({ session, cache, limits, actor });
  let knownRevision: number | undefined;
  /** Epoch milliseconds between which cached keys may be used without new word from the store. */
  let trustedFrom = 0;
  let trustedUntil = 0;
  let syncing: Promise<void> | undefined;
  let closed = false;
  let hits = 0;
  let misses = 0;
  session.onRows(loader.apply);

  function withOpeningKey<T>(handle: Uint8Array, use: (key: RecordKey) => T): T | Promise<T> {
    if (handle.length !== 8) throw new RangeError(`A key handle has 8 bytes, got ${handle.length}`);
    const cached = cache.get(handleName(handle));
    const now = clock.now();
    if (cached !== undefined && now < cached.freshUntil && isTrusted(now)) {
      openAudit?.note(cached.row, now);
      return lendCached(cached, now, use);
    }
    misses++;
    const own = handle.slice();
    return lendLoaded(handleName(own), use, {
      find: () => cache.get(handleName(own)),
      load: () => loader.load(own),
      note: openAudit?.note,
    });
  }

  function withSealingKey<T>(keyId: string, use: (key: RecordKey) => T): T | Promise<T> {
    const cached = cache.sealing(keyId);
    const now = clock.now();
    if (cached !== undefined && isTrusted(now) && maySeal(cached, now)) return lendCached(cached, now, use);
    misses++;
    return lendLoaded(keyIdName(keyId), use, {
      find: () => sealingNow(keyId),
      load: () => loader.loadSealing(keyId),
    });
  }

  function maySeal({ freshUntil, row: { expiresAt } }: CachedKey, now: number): boolean {
    return now < freshUntil && (expiresAt === undefined || now < expiresAt);
  }

  function sealingNow(keyId: string): CachedKey | undefined {
    const cached = cache.sealing(keyId);
    return cached && maySeal(cached, clock.now()) ? cached : undefined;
  }

  function lendCached<T>(cached: CachedKey, now: number, use: (key: RecordKey) => T): T {
    hits++;
    if (now >= cached.refreshAt) refresh(cached);
    return lend(cached, now, use);
  }

  async function lendLoaded<T>(name: string, use: (key: RecordKey) => T, source: KeySourceOf): Promise<T> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (closed) throw closedError();
      if (!isTrusted(clock.now())) await catchUp();
      const refusal = cache.refusal(name, clock.now());
      if (refusal) throw refusal;
      const known = source.find();
      const ready = known && clock.now() < known.freshUntil ? known : await source.load();
      if (closed || source.find() !== ready) continue;
      const now = clock.now();
      source.note?.(ready.row, now);
      return lend(ready, now, use);
    }
    throw new KeyManagerError('store_unavailable', 'The key left the cache as fast as it came. Enlarge the cache.');
  }

  /** Loads a key anew before its time is over; the old one serves meanwhile. */
  function refresh(cached: CachedKey): void {
    cached.refreshAt = Number.POSITIVE_INFINITY;
    loader.load(cached.row.handle, { reload: true }).catch((error: unknown) => {
      cached.refreshAt = clock.now() + Math.max(1000, limits.ttlMs / 50);
      const { keyId, version } = cached.row;
      const message = error instanceof Error ? error.message : 'unknown';
      warn({ code: 'refresh_failed', keyId, version, message });
    });
  }

  /** After opening the store nothing is behind; otherwise asks the store. */
  async function catchUp(): Promise<void> {
    const opened = await session.open();
    if (knownRevision === undefined) {
      knownRevision = opened.revision;
      trustFrom(opened.atMs);
    }
    if (!isTrusted(clock.now())) await sync();
  }

  /** A clock that was set back is before the last word from the store: how old that is nobody knows. */
  function isTrusted(now: number): boolean {
    return now < trustedUntil && now >= trustedFrom;
  }

  function trustFrom(askedAt: number): void {
    trustedFrom = askedAt;
    trustedUntil = askedAt + limits.maxStalenessMs;
  }

  function sync(): Promise<void> {
    syncing ??= withDeadline(clock, limits.loadTimeoutMs, syncOnce()).finally(() => {
      syncing = undefined;
    });
    return syncing;
  }

  async function syncOnce(): Promise<void> {
    knownRevision ??= (await session.open()).revision;
    const askedAt = clock.now();
    const { revision } = await session.readState();
    // An answer that outlived its deadline is older than what another one has said meanwhile.
    if (askedAt < trustedFrom && clock.now() >= trustedFrom) return;
    if (revision < knownRevision) {
      warn({
        code: 'store_went_back',
        message: 'The key store was set back to an earlier state; every key is reloaded.',
      });
      cache.clear();
      loader.reset();
    } else if (revision > knownRevision) {
      await applyChanges(await store.list({ changedAfter: knownRevision, limit: changesAtOnce }));
    }
    knownRevision = revision;
    if (!closed) trustFrom(askedAt);
  }

  async function applyChanges(rows: readonly KeyRow[]): Promise<void> {
    if (rows.length < changesAtOnce) return loader.apply(rows);
    cache.forgetAllSealing();
    loader.reset();
    loader.apply(await store.findByHandles(cache.handles()));
  }

  async function prefetch(handles: readonly Uint8Array[]): Promise<void> {
    const now = clock.now();
    const missing = new Map<string, Uint8Array>();
    for (const handle of handles) {
      if (handle.length !== 8) continue;
      const name = handleName(handle);
      const cached = cache.get(name);
      const known = (cached && now < cached.freshUntil) || cache.refusal(name, now) || loader.isLoading(handle);
      if (!known) missing.set(name, handle.slice());
    }
    if (missing.size === 0 || closed) return;
    const rows = session.open().then(() => store.findByHandles([...missing.values()]));
    const byName = rows.then((found) => new Map(found.map((row) => [handleName(row.handle), row])));
    const loads = [...missing].map(([name, handle]) => {
      misses++;
      const row = byName.then((all) => all.get(name));
      row.catch(() => {}); // nobody waits for it where the store does not even open
      return loader.load(handle, { row });
    });
    await Promise.allSettled(loads); // failures show when a key is used
  }

  return {
    withOpeningKey,
    withSealingKey,
    prefetch,
    sync,
    takeUsage: cache.takeUsage,
    get counters() {
      return { entries: cache.size, hits, misses };
    },
    close() {
      closed = true;
      trustedUntil = 0;
      cache.clear();
      loader.reset();
    },
  };
}

interface KeySourceOf {
  find(): CachedKey | undefined;
  load(): Promise<CachedKey>;
  note?: OpenAudit['note'] | undefined;
}

function closedError(): KeyManagerError {
  return new KeyManagerError('manager_closed', 'The key manager was closed. Make a new one.');
}
