// One HTTP exchange with a Vault server by `fetch`, for every transport: no redirect leaves the server, answers are JSON
// of bounded size, and errors hold no header, body or path.
import { KmsError } from './errors.ts';
import { safeWord } from './remote-provider.ts';

export interface VaultExchange {
  method: string;
  /** With its leading slash and `/v1`. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: unknown;
  signal: AbortSignal;
}

export interface VaultAnswer {
  status: number;
  body: unknown;
}

export type VaultCarrier = (exchange: VaultExchange) => Promise<VaultAnswer>;

const maxRedirects = 2;
const maxAnswerBytes = 1 << 20;

/** Errors: `kms_unavailable`, `kms_answer_wrong`. */
export function createVaultCarrier(server: URL): VaultCarrier {
  return async (exchange) => {
    let url = new URL(exchange.path, server);
    for (let redirects = 0; ; redirects++) {
      if (url.origin !== server.origin) throw elsewhere(server);
      const response = await send(url, exchange);
      if (![301, 302, 303, 307, 308].includes(response.status)) return readAnswer(response, server);
      await response.body?.cancel();
      const next = nextUrl(response, url);
      // 301 to 303 may turn a POST into a GET: a Vault never answers so.
      if (!next || response.status < 307 || redirects === maxRedirects) throw elsewhere(server);
      url = next;
    }
  };
}

async function send(url: URL, { method, headers, body, signal }: VaultExchange): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      redirect: 'manual',
      signal,
      headers: { ...headers, 'x-vault-request': 'true', ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch (error) {
    throw unreachable(error, url);
  }
}

async function readAnswer(response: Response, server: URL): Promise<VaultAnswer> {
  const { status } = response;
  const text = await readText(response, server);
  if (text === '') return { status, body: undefined };
  try {
    return { status, body: JSON.parse(text) };
  } catch {
    if (status >= 400) return { status, body: undefined };
    throw new KmsError('kms_answer_wrong', `Vault answered HTTP ${status} with something that is not JSON.`);
  }
}

async function readText(response: Response, server: URL): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) throw new KmsError('kms_answer_wrong', 'An answer of Vault is longer than a MiB.');
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    throw error instanceof KmsError ? error : unreachable(error, server);
  }
  return text + decoder.decode();
}

function nextUrl(response: Response, from: URL): URL | undefined {
  const location = response.headers.get('location');
  return location && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
}

function unreachable(error: unknown, url: URL): KmsError {
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } };
  const word = safeWord(cause?.code) ?? safeWord(name) ?? 'no answer';
  return new KmsError(
    'kms_unavailable',
    `Vault at ${url.host} cannot be reached (${word}). Look at its address and the network.`,
  );
}

function elsewhere({ host }: URL): KmsError {
  return new KmsError(
    'kms_unavailable',
    `Vault at ${host} sends its clients to another server, as a standby does. Nothing was sent there: name the active ` +
      'server or a load balancer as "addr".',
  );
}
