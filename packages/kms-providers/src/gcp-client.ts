// The client of Google Cloud KMS: one attempt a call, no redirect followed, connections that notice a dead peer. An
// endpoint on this machine is spoken to without TLS and without a login: that is what emulators need.
import { createRequire } from 'node:module';
import { importPeer } from './remote-provider.ts';
import { isPlain, parseServerUrl } from './server-url.ts';

export interface GcpConnectOptions {
  /** Default `grpc`. */
  transport?: 'grpc' | 'rest';
  /** Another endpoint: https, or http on this machine. */
  endpoint?: string;
  /** More options for the client, for instance `credentials` or `keyFilename`. Retries are this package's own. */
  clientConfig?: object;
}

type Checksum = { value?: unknown } | null;
type Bytes = Uint8Array | string | null;

/** What is used of google.cloud.kms.v1. */
export interface EncryptAnswer {
  name?: string | null;
  ciphertext?: Bytes;
  ciphertextCrc32c?: Checksum;
  verifiedPlaintextCrc32c?: boolean | null;
  verifiedAdditionalAuthenticatedDataCrc32c?: boolean | null;
}

export interface DecryptAnswer {
  plaintext?: Bytes;
  plaintextCrc32c?: Checksum;
}

export interface CryptoKeyAnswer {
  name?: string | null;
  purpose?: unknown;
  primary?: { name?: string | null; state?: unknown } | null;
}

/** One attempt, ended by the signal. Rejects with the client's own error. */
type Call<Answer> = (request: object, signal: AbortSignal, timeoutMs: number) => Promise<Answer>;

export interface GcpKms {
  readonly encrypt: Call<EncryptAnswer>;
  readonly decrypt: Call<DecryptAnswer>;
  readonly getCryptoKey: Call<CryptoKeyAnswer>;
  close(): Promise<void>;
}

interface Fetching {
  fetch(url: unknown, init: object): Promise<unknown>;
}

/** Errors: `uri_malformed`, `peer_missing`. */
export async function connectGcp(options: GcpConnectOptions): Promise<GcpKms> {
  const endpoint = options.endpoint ? parseServerUrl(options.endpoint, '"endpoint"') : undefined;
  const rest = options.transport === 'rest';
  const { KeyManagementServiceClient } = await importPeer('@google-cloud/kms', () => import('@google-cloud/kms'));
  const { auth, authClient } = (options.clientConfig ?? {}) as { auth?: unknown; authClient?: unknown };
  const ownLogin = Boolean(auth ?? authClient);
  const client = new KeyManagementServiceClient({
    // A dead peer is noticed within seconds, and a KMS that is back is used within seconds.
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 2_000,
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 2_000,
    ...options.clientConfig,
    fallback: rest,
    ...(endpoint ? addressOf(endpoint, { rest, ownLogin }) : {}),
  });
  // With GOOGLE_SDK_NODE_LOGGING set, its own log prints requests and answers: keys.
  Object.assign(client, { _log: silent });
  if (rest) refuseRedirects(client.auth as unknown as Login);
  return {
    encrypt: attempt((request, settings) => client.encrypt(request, settings)),
    decrypt: attempt((request, settings) => client.decrypt(request, settings)),
    getCryptoKey: attempt((request, settings) => client.getCryptoKey(request, settings)),
    close: () => client.close().catch(() => {}),
  };
}

/** The client retries for up to ten minutes unless it is told that no status is worth it. */
function attempt<Answer>(call: (request: object, settings: object) => Promise<[Answer, ...unknown[]]>): Call<Answer> {
  return async (request, signal, timeoutMs) => {
    const settings = { timeout: timeoutMs, retry: { retryCodes: [], backoffSettings: {} } };
    const running = call(request, settings);
    signal.addEventListener('abort', () => (running as { cancel?: () => void }).cancel?.());
    return (await running)[0];
  };
}

function addressOf(endpoint: URL, { rest, ownLogin }: { rest: boolean; ownLogin: boolean }): object {
  const port = Number(endpoint.port) || (isPlain(endpoint) ? 80 : 443);
  const address = { apiEndpoint: endpoint.hostname, port };
  if (!isPlain(endpoint)) return address;
  const login = ownLogin ? {} : { auth: { ...noLogin(), getClient: async () => noLogin() } };
  return { ...address, ...login, ...(rest ? { protocol: 'http' } : { sslCreds: withoutTls() }) };
}

/** gRPC's own package is the client's dependency and not ours. */
function withoutTls(): object {
  const ofKms = createRequire(createRequire(import.meta.url).resolve('@google-cloud/kms'));
  const { grpc } = ofKms('google-gax') as { grpc: { credentials: { createInsecure(): object } } };
  return grpc.credentials.createInsecure();
}

/** Marks what was changed already: a login gives the same client each time. */
const refusing = Symbol('refuses redirects');

const silent = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

const noLogin = () => ({
  getUniverseDomain: async () => 'googleapis.com',
  getRequestHeaders: async () => new Headers(),
  fetch: (url: string | URL, init: RequestInit) => fetch(url, init),
});

/** Google's login, or a client that it gives: which of them fetches depends on the client library's version. */
interface Login extends Partial<Fetching> {
  getClient?(): Promise<Fetching>;
}

/** Over REST the plaintext is in the body of a POST, which a redirect would carry elsewhere. */
function refuseRedirects(login: Login): void {
  if (login.fetch) refuse(login as Fetching);
  const getClient = login.getClient?.bind(login);
  if (!getClient) return;
  login.getClient = async () => {
    const client = await getClient();
    refuse(client);
    return client;
  };
}

function refuse(client: Fetching): void {
  if (refusing in client) return;
  Object.assign(client, { [refusing]: true });
  const follow = client.fetch.bind(client);
  client.fetch = (url, init) => follow(url, { ...init, redirect: 'error' });
}
