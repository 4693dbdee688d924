// Brings key versions from the store into the cache, each at most once at a time. A change that arrives while a version
// is being loaded makes the load start over, so that nothing revoked slips in.
import { type CachedKey, evict } from './cached-key.ts';
import { withDeadline } from './deadline.ts';
import { KeyManagerError, type KeyManagerErrorCode } from './errors.ts';
import type { KeyCache } from './key-cache.ts';
import { wrapContextOf } from './key-material.ts';
import { handleName, keyIdName } from './key-names.ts';
import type { KeyRow } from './key-row.ts';
import { refusalToOpen, refusalToSeal } from './key-status.ts';
import { stateOf } from './key-transition.ts';
import type { StoreSession } from './store-session.ts';
import { replayed } from './trusted-row.ts';

/** How often a load starts over because the version changed under it. */
const maxRepeats = 5;
/** A refusal of the same version is audited once in this time, per process. */
const auditRefusalsEveryMs = 3_600_000;
const untrusted: readonly KeyManagerErrorCode[] = ['key_row_forged', 'key_row_replayed', 'key_transition_forged'];

export interface LoaderLimits {
  ttlMs: number;
  negativeTtlMs: number;
  loadTimeoutMs: number;
}

export interface KeyLoader {
  /** The version a handle names. Errors: those of `refusalToOpen` and of `trustedRow`, `key_unknown`, KMS and store. */
  load(handle: Uint8Array, options?: { row?: Promise<KeyRow | undefined>; reload?: boolean }): Promise<CachedKey>;
  /** The version that seals. Errors also: `key_expired`. */
  loadSealing(keyId: string): Promise<CachedKey>;
  isLoading(handle: Uint8Array): boolean;
  /** Takes in rows as they are after a change. */
  apply(rows: readonly KeyRow[]): void;
  /** Forgets what it knew: the store was set back. */
  reset(): void;
}

interface Flight {
  loaded: Promise<CachedKey>;
  changed: boolean;
  /** Outlived its deadline: it hears of no change any more, so nothing of it reaches the cache. */
  over: boolean;
}

export interface KeyLoaderOptions {
  session: StoreSession;
  cache: KeyCache;
  limits: LoaderLimits;
  actor: string;
}

export function createKeyLoader({ session, cache, limits, actor }: KeyLoaderOptions): KeyLoader {
  const { store, clock, crypto, wrapper } = session;
  const flights = new Map<string, Flight>();
  /** What a version was seen unusable as: an older row was put back. */
  const floors = new Map<string, Pick<KeyRow, 'revision' | 'status' | 'destroyAt' | 'retiredAt'>>();
  const audited = new Map<string, number>();

  function fly(name: string, load: (flight: Flight) => Promise<CachedKey>): Promise<CachedKey> {
    const running = flights.get(name);
    if (running) return running.loaded;
    const flight: Flight = { loaded: undefined as unknown as Promise<CachedKey>, changed: false, over: false };
    flight.loaded = withDeadline(
      clock,
      limits.loadTimeoutMs,
      session.open().then(() => load(flight)),
    )
      .catch((error: unknown) => {
        if (isLasting(error)) cache.refuse(name, error, clock.now() + limits.negativeTtlMs);
        throw error;
      })
      .finally(() => {
        if (flights.get(name) === flight) flights.delete(name);
        flight.over = true;
      });
    flights.set(name, flight);
    return flight.loaded;
  }

  function load(handle: Uint8Array, { row, reload = false }: Parameters<KeyLoader['load']>[1] = {}) {
    const name = handleName(handle);
    return fly(name, async (flight) => {
      let first = row;
      for (let repeats = 0; repeats < maxRepeats; repeats++) {
        flight.changed = false;
        const found = await (first ?? store.findByHandles([handle]).then((rows) => rows[0]));
        first = undefined;
        const cached = cache.get(name);
        if (cached && !reload && clock.now() < cached.freshUntil) return cached;
        const loaded = await bring(name, found);
        if (!flight.changed && !flight.over) {
          cache.put(name, loaded);
          return loaded;
        }
        evict(loaded);
        if (flight.over) break;
      }
      throw changesTooOften();
    });
  }

  async function bring(name: string, found: KeyRow | undefined): Promise<CachedKey> {
    if (!found) {
      throw new KeyManagerError('key_unknown', 'The record names a key version that this key store does not hold.');
    }
    const row = trusted(found);
    const floor = floors.get(name);
    if (floor && row.revision < floor.revision) throw refused(row, replayed(row, stateOf(floor)));
    const refusal = refusalToOpen(row);
    if (refusal) throw refused(row, refusal);
    const bytes = await wrapper.unwrap(row.encryptedKeyMaterial, wrapContextOf(row));
    try {
      const now = clock.now();
      const early = 0.8 + 0.15 * (crypto.randomBytes(1)[0]! / 255);
      const { encryptedKeyMaterial: _, ...shown } = row;
      return {
        key: crypto.importKey(bytes, { algorithm: row.algorithm, handle: row.handle }),
        row: shown,
        freshUntil: now + limits.ttlMs,
        refreshAt: now + limits.ttlMs * early,
        touched: true,
        uses: 0,
        lastUsedAt: now,
        borrowers: 0,
        evicted: false,
      };
    } finally {
      bytes.fill(0);
    }
  }

  function loadSealing(keyId: string): Promise<CachedKey> {
    return fly(keyIdName(keyId), async (flight) => {
      for (let repeats = 0; repeats < maxRepeats; repeats++) {
        flight.changed = false;
        const found = await store.findActive(keyId);
        if (!found) throw await noneActive(keyId);
        const row = trusted(found);
        const refusal = refusalToSeal(row, clock.now());
        if (refusal) throw refused(row, refusal);
        const cached = await load(row.handle, { row: Promise.resolve(row) });
        if (flight.over) break;
        if (flight.changed || cached.evicted || cached.row.status !== 'active') continue;
        cache.setSealing(keyId, cached);
        return cached;
      }
      throw changesTooOften();
    });
  }

  async function noneActive(keyId: string): Promise<KeyManagerError> {
    const latest = await store.findLatest(keyId);
    if (!latest) {
      return new KeyManagerError(
        'key_unknown',
        `There is no key "${keyId}". Make it: hammerwork keys generate ${keyId}`,
      );
    }
    const error = refusalToSeal(trusted(latest), clock.now());
    return refused(latest, error ?? changesTooOften());
  }

  /** A row whose own MAC fails is refused without an entry: what it says of itself, its name included, may be anything. */
  function trusted(row: KeyRow): KeyRow {
    try {
      return session.trusted(row);
    } catch (error) {
      const named = error instanceof KeyManagerError && error.code !== 'key_row_forged';
      throw named ? refused(row, error) : error;
    }
  }

  /** Audits a refusal, in the background: the refused call does not wait for the log. */
  function refused(row: KeyRow, error: KeyManagerError): KeyManagerError {
    const name = `${row.keyId}\0${row.version}\0${error.code}`;
    const now = clock.now();
    if (now < (audited.get(name) ?? 0)) return error;
    if (audited.size > 10_000) audited.clear();
    audited.set(name, now + auditRefusalsEveryMs);
    const intent = { operation: 'load' as const, keyId: row.keyId, version: row.version, actor };
    session.change(intent, () => Promise.reject(error)).catch(() => {});
    return error;
  }

  function apply(rows: readonly KeyRow[]): void {
    for (const row of rows) {
      const name = handleName(row.handle);
      for (const flight of [flights.get(name), flights.get(keyIdName(row.keyId))]) if (flight) flight.changed = true;
      const cached = cache.get(name);
      if (cached && row.revision < cached.row.revision) continue;
      const refusal = refusalOf(row);
      if (refusal) {
        cache.drop(name);
        if (floors.size >= 10_000) floors.clear();
        // What an untrusted row says of its revision would outlast its repair.
        if (!untrusted.includes(refusal.code)) floors.set(name, row);
        cache.refuse(name, refusal, clock.now() + limits.negativeTtlMs);
      } else {
        cache.forgetRefusal(name);
        if (cached) {
          const { encryptedKeyMaterial: _, ...shown } = row;
          cached.row = shown;
        }
      }
      if (!cached || row.status !== 'active' || cache.sealing(row.keyId) !== cached) cache.forgetSealing(row.keyId);
    }
  }

  function refusalOf(row: KeyRow): KeyManagerError | undefined {
    try {
      return refusalToOpen(session.trusted(row));
    } catch (error) {
      if (error instanceof KeyManagerError) return error;
      throw error;
    }
  }

  return {
    load,
    loadSealing,
    isLoading: (handle) => flights.has(handleName(handle)),
    apply,
    reset() {
      floors.clear();
      for (const flight of flights.values()) flight.changed = true;
    },
  };
}

function isLasting(error: unknown): error is KeyManagerError {
  return error instanceof KeyManagerError && (error.kind === 'key_gone' || error.kind === 'held');
}

function changesTooOften(): KeyManagerError {
  return new KeyManagerError('key_changed', 'The key changed while it was being loaded. Try again.');
}
