// The token of one Vault session: got by a login when it is first needed, renewed at two thirds of its life, and made
// anew by another login when renewing ends. A token that was given cannot be made anew: then a warning says when it ends.
import type { Clock } from '@hammerwork/key-manager';
import { KmsError } from './errors.ts';
import type { KmsPolicy } from './kms-policy.ts';
import type { VaultAnswer } from './vault-carrier.ts';
import { vaultError } from './vault-errors.ts';
import type { VaultLogin } from './vault-login.ts';
import type { VaultRequest } from './vault-transport.ts';

export interface TokenKeeperOptions {
  login: VaultLogin;
  send: (request: VaultRequest, token: string | undefined, signal: AbortSignal) => Promise<VaultAnswer>;
  policy: KmsPolicy;
  clock: Clock;
  warn: (message: string) => void;
}

export interface TokenKeeper {
  /** Errors: `kms_refused` (the login), `kms_unavailable`. */
  current(): Promise<string>;
  /** After a refusal of that token: whether there may be a better one now. */
  replace(token: string): boolean;
  /** Forgets the token, and gives up one that a login made. */
  close(): Promise<void>;
}

interface Held {
  readonly value: string;
  /** Length of its life when it was made or renewed; 0 for one without end. */
  readonly leaseMs: number;
  readonly renewable: boolean;
  readonly sinceMs: number;
  /** When a login made it, whether it was renewed since or not. */
  readonly madeMs: number;
}

/** A refusal soon after a login is about rights and not about the token. */
const freshMs = 10_000;

export function createTokenKeeper({ login, send, policy, clock, warn }: TokenKeeperOptions): TokenKeeper {
  let held: Held | undefined;
  let obtaining: Promise<Held> | undefined;
  let cancel = () => {};
  let closed = false;
  let warned = false;

  function obtain(): Promise<Held> {
    obtaining ??= (login.method === 'token' ? lookUp(login.token) : logIn(login))
      .then((made) => hold(made))
      .finally(() => {
        obtaining = undefined;
      });
    return obtaining;
  }

  async function lookUp(value: string): Promise<Held> {
    const answer = await send({ method: 'GET', path: 'auth/token/lookup-self' }, value, limit(policy));
    const { ttl, renewable } = partOf(answer.body, 'data');
    // A token may lack the right to look at itself and be good for everything else.
    const known = answer.status === 200 && typeof ttl === 'number';
    if (!known && ![200, 403, 404].includes(answer.status)) throw vaultError(answer, 'auth/token/lookup-self');
    const now = clock.now();
    return { value, leaseMs: known ? ttl * 1_000 : 0, renewable: renewable === true, sinceMs: now, madeMs: now };
  }

  async function logIn({ method, path, body }: Exclude<VaultLogin, { method: 'token' }>): Promise<Held> {
    const answer = await send({ method: 'POST', path, body: await body() }, undefined, limit(policy));
    const lease = leaseOf(answer);
    if (lease) return { ...lease, sinceMs: clock.now(), madeMs: clock.now() };
    throw vaultError(answer, `the ${method} login`);
  }

  function hold(made: Held): Held {
    if (closed) {
      void giveUp(made);
      throw new KmsError('provider_closed', 'The provider was closed during its login.');
    }
    held = made;
    cancel();
    if (made.leaseMs > 0) cancel = clock.after((made.leaseMs * 2) / 3, () => void renew(made));
    return made;
  }

  /** Runs on a timer: whatever fails here shows when the token is next used. */
  async function renew(old: Held): Promise<void> {
    try {
      const renewed = old.renewable ? await renewSelf(old) : undefined;
      if (closed || held !== old) return;
      // Near the end of its greatest life a token is renewed for ever shorter times.
      const ending = !renewed || renewed.leaseMs < old.leaseMs / 2;
      if (renewed) hold(renewed);
      if (!ending) return;
      if (login.method !== 'token') await obtain();
      else warnOfEnd(renewed ?? old);
    } catch {
      if (closed || held !== old) return;
      const leftMs = old.sinceMs + old.leaseMs - clock.now();
      cancel = clock.after(Math.max(1_000, leftMs / 4), () => void renew(old));
    }
  }

  /** Undefined where Vault will not renew it. */
  async function renewSelf({ value, madeMs }: Held): Promise<Held | undefined> {
    const answer = await policy.run('renew-self', async (signal) => {
      const request: VaultRequest = { method: 'POST', path: 'auth/token/renew-self', body: {} };
      const given = await send(request, value, signal);
      if (given.status >= 500 || given.status === 429) throw vaultError(given, 'auth/token/renew-self');
      return given;
    });
    const lease = leaseOf(answer);
    return lease && { ...lease, value, sinceMs: clock.now(), madeMs };
  }

  /** Whoever was given a token from outside needs it elsewhere. */
  async function giveUp({ value }: Held): Promise<void> {
    if (login.method === 'token') return;
    const revoke: VaultRequest = { method: 'POST', path: 'auth/token/revoke-self', body: {} };
    await send(revoke, value, limit(policy)).catch(() => {});
  }

  function warnOfEnd({ sinceMs, leaseMs }: Held): void {
    if (warned) return;
    warned = true;
    const end = new Date(sinceMs + leaseMs).toISOString();
    warn(`The Vault token ends at ${end} and cannot be renewed further. Give this process a new one before that.`);
  }

  return {
    async current() {
      if (closed) throw new KmsError('provider_closed', 'The provider was closed.');
      const ended = held && held.leaseMs > 0 && clock.now() >= held.sinceMs + held.leaseMs;
      if (held && !(ended && login.method !== 'token')) return held.value;
      return (await obtain()).value;
    },
    replace(token) {
      if (login.method === 'token' || !held) return !held;
      if (held.value !== token) return true;
      if (clock.now() - held.madeMs < freshMs) return false;
      held = undefined;
      return true;
    },
    async close() {
      closed = true;
      cancel();
      const last = held;
      held = undefined;
      if (last) await giveUp(last);
    },
  };
}

function limit({ attemptMs }: KmsPolicy): AbortSignal {
  return AbortSignal.timeout(attemptMs);
}

function leaseOf({ status, body }: VaultAnswer): Pick<Held, 'value' | 'leaseMs' | 'renewable'> | undefined {
  const { client_token, lease_duration, renewable } = partOf(body, 'auth');
  if (status !== 200 || typeof client_token !== 'string' || typeof lease_duration !== 'number') return undefined;
  return { value: client_token, leaseMs: lease_duration * 1_000, renewable: renewable === true };
}

/** A member of an answer, as an object that may hold anything. */
export function partOf(body: unknown, name: string): Record<string, unknown> {
  const part = (body as Record<string, unknown> | null | undefined)?.[name];
  return typeof part === 'object' && part !== null ? (part as Record<string, unknown>) : {};
}
