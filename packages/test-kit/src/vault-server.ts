// A Vault for tests, unsealed, in memory, on loopback, with the engines `secret` (key/value, version 2) and `transit` and
// the login `approle`: `vault` or `bao` on PATH, else what `.ci/servers` brought in. HAMMERWORK_VAULT_URL and
// HAMMERWORK_VAULT_TOKEN name one that runs.
import { freePort } from './postgres-server.ts';
import { programBroughtIn, programOnPath } from './server-program.ts';
import type { RunningServer } from './shared-server.ts';
import { type SpawnedServer, spawnServer } from './spawned-server.ts';

export interface VaultServer extends RunningServer {
  token: string;
}

export async function startVaultServer(): Promise<VaultServer> {
  const { HAMMERWORK_VAULT_URL: url, HAMMERWORK_VAULT_TOKEN: token } = process.env;
  if (url && token) {
    await prepare(url, token);
    return { url, token, stop: async () => {} };
  }
  const started = await start();
  await prepare(started.url, started.token);
  return started;
}

/** A call of Vault's API with that token. Throws unless it answers with a success or one of `allowed`. */
export async function callVault(
  { url, token }: { url: string; token?: string | undefined },
  path: string,
  { method = 'POST', body, allowed = [] }: { method?: string; body?: object; allowed?: readonly number[] } = {},
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what the caller asked for.
): Promise<any> {
  const response = await fetch(`${url}/v1/${path}`, {
    method,
    headers: { 'x-vault-token': token ?? '', 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok && !allowed.includes(response.status)) {
    throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  }
  return text ? JSON.parse(text) : undefined;
}

async function start(): Promise<VaultServer> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const program = programOnPath('vault') ?? programOnPath('bao');
  const answer = (server: SpawnedServer, token: string) => ({ url: `http://${address}`, token, stop: server.stop });
  if (program) {
    const token = 'hammerwork-tests';
    const args = ['server', '-dev', `-dev-root-token-id=${token}`, `-dev-listen-address=${address}`];
    const ready = /Development mode should NOT|Root Token:/;
    return answer(await spawnServer(program, [...args, '-dev-no-store-token'], { ready }), token);
  }
  const own = programBroughtIn('vault-dev', 'install HashiCorp Vault or OpenBao');
  const server = await spawnServer(own, ['-listen', address], { ready: /^token (\S+)\s*$/m });
  return answer(server, server.match[1]!);
}

/** 400: it is there already. */
async function prepare(url: string, token: string): Promise<void> {
  const server = { url, token };
  const there = { allowed: [400] };
  await callVault(server, 'sys/mounts/transit', { body: { type: 'transit' }, ...there });
  await callVault(server, 'sys/mounts/secret', { body: { type: 'kv', options: { version: '2' } }, ...there });
  await callVault(server, 'sys/auth/approle', { body: { type: 'approle' }, ...there });
}
