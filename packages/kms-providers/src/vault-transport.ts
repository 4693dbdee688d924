// How requests get to Vault: by node-vault where it is installed, else directly. node-vault builds the request and reads
// the answer; the exchange itself is always `vault-carrier.ts`, since node-vault's own (axios) follows redirects with
// the token, puts the token into its errors, knows no deadline, and takes VAULT_SKIP_VERIFY from the environment.
import { KmsError } from './errors.ts';
import { importPeer } from './remote-provider.ts';
import type { VaultAnswer, VaultCarrier } from './vault-carrier.ts';

export interface VaultRequest {
  method: 'GET' | 'POST';
  /** Below `/v1/`, each segment encoded. */
  path: string;
  body?: object;
}

export interface VaultCredentials {
  token?: string | undefined;
  namespace?: string | undefined;
}

export type VaultTransport = (
  request: VaultRequest,
  credentials: VaultCredentials,
  signal: AbortSignal,
) => Promise<VaultAnswer>;

export type VaultTransportName = 'fetch' | 'node-vault';

/** By default node-vault if it can be loaded. Errors: `peer_missing` where it was asked for by name. */
export async function createVaultTransport(
  name: VaultTransportName | undefined,
  server: URL,
  carrier: VaultCarrier,
): Promise<VaultTransport> {
  if (name === 'fetch') return fetchTransport(carrier);
  try {
    const { default: nodeVault } = await importPeer('node-vault', () => import('node-vault'));
    return nodeVaultTransport(nodeVault as unknown as NodeVault, server, carrier);
  } catch (error) {
    if (name === undefined && error instanceof KmsError) return fetchTransport(carrier);
    throw error;
  }
}

function fetchTransport(carrier: VaultCarrier): VaultTransport {
  return ({ method, path, body }, { token, namespace }, signal) =>
    carrier({
      method,
      path: `/v1/${path}`,
      headers: {
        ...(token ? { 'x-vault-token': token } : {}),
        ...(namespace ? { 'x-vault-namespace': namespace } : {}),
      },
      ...(body ? { body } : {}),
      signal,
    });
}

/** What node-vault 0.12 hands to the function that it is given as `request-promise`. */
interface NodeVaultRequest {
  method: string;
  uri: string;
  headers: Record<string, string>;
  json?: unknown;
  signal: AbortSignal;
}

interface NodeVaultClient {
  token: string | undefined;
  namespace: string | undefined;
  pathPrefix: string;
  read(path: string, options: object): Promise<unknown>;
  write(path: string, body: object, options: object): Promise<unknown>;
}

type NodeVault = (config: object) => NodeVaultClient;

function nodeVaultTransport(nodeVault: NodeVault, server: URL, carrier: VaultCarrier): VaultTransport {
  let wired = false;
  const exchange = async ({ method, uri, headers, json, signal }: NodeVaultRequest) => {
    const { pathname, search } = new URL(uri);
    const body = typeof json === 'object' ? { body: json } : {};
    const answer = await carrier({ method, path: pathname + search, headers, ...body, signal });
    return { statusCode: answer.status, body: answer.body, request: { path: pathname } };
  };
  const defaults = () => {
    wired = true;
    return exchange;
  };
  // Its log would print the bodies of requests: keys.
  const client = nodeVault({ endpoint: server.origin, debug: () => {}, 'request-promise': { defaults } });
  if (!wired) {
    throw new KmsError('peer_missing', 'This version of node-vault is not supported: npm install node-vault@0.12');
  }
  client.pathPrefix = '';
  return async ({ method, path, body }, { token, namespace }, signal) => {
    client.token = token;
    client.namespace = namespace;
    try {
      const sent = method === 'GET' ? client.read(path, { signal }) : client.write(path, body ?? {}, { signal });
      return { status: 200, body: await sent };
    } catch (error) {
      return answerOf(error);
    } finally {
      // Read when the request was built, at once.
      client.token = undefined;
    }
  };
}

/** node-vault throws what is not 200 or 204. */
function answerOf(error: unknown): VaultAnswer {
  if (error instanceof KmsError) throw error;
  const { response } = error as { response?: { statusCode?: unknown; body?: unknown } };
  if (typeof response?.statusCode === 'number') return { status: response.statusCode, body: response.body };
  throw new KmsError('kms_unavailable', 'Vault gave no usable answer.');
}
