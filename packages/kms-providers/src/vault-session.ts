// A process's connection to one Vault: address, namespace, login and policy in one place. Tokens stay in here.
import { type Clock, systemClock } from '@hammerwork/key-manager';
import type { Environment } from './env.ts';
import { KmsError } from './errors.ts';
import { createKmsPolicy, type KmsPolicyOptions } from './kms-policy.ts';
import { parseServerUrl } from './server-url.ts';
import { createVaultCarrier } from './vault-carrier.ts';
import { vaultError } from './vault-errors.ts';
import { chooseLogin, type VaultLoginOptions, vaultPath } from './vault-login.ts';
import { createTokenKeeper, type TokenKeeperOptions } from './vault-token.ts';
import { createVaultTransport, type VaultRequest, type VaultTransportName } from './vault-transport.ts';

export interface VaultConnectOptions extends VaultLoginOptions {
  /** Default VAULT_ADDR. https, or http on this machine. */
  addr?: string;
  /** Default VAULT_NAMESPACE. */
  namespace?: string;
  /** Tells two Vaults apart in which keys have the same path. Part of the master key's name. */
  cluster?: string;
  /** Default: `node-vault` where it is installed, else `fetch`. */
  transport?: VaultTransportName;
  policy?: KmsPolicyOptions;
  /** Default `process.env`. */
  env?: Environment;
  clock?: Clock;
  /** Where the warning of a token's end goes. Default `process.emitWarning`. */
  warn?: (message: string) => void;
}

export interface VaultSession {
  /** What a master key's name begins with: cluster and namespace, each with a `/` behind it, or nothing. */
  readonly prefix: string;
  /** `read` takes the answer apart; what it throws is handled as the request's own failure. */
  request<T>(operation: string, request: VaultRequest, read: (body: unknown) => T): Promise<T>;
  close(): Promise<void>;
}

/** Asks Vault nothing yet. Errors: `uri_malformed`, `configuration_missing`, `peer_missing`. */
export async function openVaultSession(options: VaultConnectOptions): Promise<VaultSession> {
  const { env = process.env, clock = systemClock, warn = process.emitWarning } = options;
  const server = serverOf(options, env);
  const namespace = options.namespace ?? env.VAULT_NAMESPACE;
  if (namespace) vaultPath(namespace.replace(/\/$/, ''), 'the namespace');
  const login = chooseLogin(options, env);
  const policy = createKmsPolicy('Vault', options.policy);
  const transport = await createVaultTransport(options.transport, server, createVaultCarrier(server));
  const send: TokenKeeperOptions['send'] = (request, token, signal) => transport(request, { token, namespace }, signal);
  const keeper = createTokenKeeper({ login, send, policy, clock, warn });
  return {
    prefix: [options.cluster, namespace?.replace(/\/$/, '')].map((part) => (part ? `${part}/` : '')).join(''),
    request: (operation, request, read) =>
      policy.run(operation, async (signal) => {
        const token = await keeper.current();
        let answer = await send(request, token, signal);
        if (answer.status === 403 && keeper.replace(token))
          answer = await send(request, await keeper.current(), signal);
        if (answer.status === 200 && answer.body) return read(answer.body);
        throw vaultError(answer, request.path);
      }),
    close: () => keeper.close(),
  };
}

function serverOf({ addr }: VaultConnectOptions, env: Environment): URL {
  if (addr) return parseServerUrl(addr, '"addr"');
  if (env.VAULT_ADDR) return parseServerUrl(env.VAULT_ADDR.replace(/\/$/, ''), 'VAULT_ADDR');
  throw new KmsError('configuration_missing', 'Vault needs an address: set VAULT_ADDR, or name it as "addr".');
}
