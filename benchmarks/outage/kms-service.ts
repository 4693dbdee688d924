// A key management service of our own on loopback: it wraps and unwraps with a key that no other process has, and can be
// away in two ways: nobody listens, or nobody answers.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCrypto } from '@hammerwork/crypto-core';
import type { KmsProvider, WrapContext } from '@hammerwork/key-manager';
import { KmsError } from '@hammerwork/kms-providers';
import { createKmsPolicy } from '../../packages/kms-providers/src/kms-policy.ts';

export type Absence = 'refusing' | 'hanging';

export interface KmsService {
  readonly url: string;
  readonly calls: { wraps: number; unwraps: number };
  leave(how: Absence): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

export async function startKmsService(): Promise<KmsService> {
  const crypto = createCrypto();
  const key = crypto.importKey(crypto.randomBytes(32), { algorithm: 'aes-256-gcm' });
  const calls = { wraps: 0, unwraps: 0 };
  let hanging = false;
  const server = createServer(async (request, response) => {
    if (hanging) return; // the connection stays open and silent
    const { bytes, context } = JSON.parse(await bodyOf(request)) as { bytes: string; context: WrapContext };
    const given = new Uint8Array(Buffer.from(bytes, 'base64'));
    const wraps = request.url === '/wrap';
    calls[wraps ? 'wraps' : 'unwraps']++;
    const result = wraps ? crypto.seal(key, given, context) : crypto.open(key, given, context).plaintext;
    response.end(Buffer.from(result).toString('base64'));
  });
  const listen = (port: number) => new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    async leave(how) {
      if (how === 'hanging') hanging = true;
      else await close();
    },
    async comeBack() {
      hanging = false;
      if (server.listening) server.closeAllConnections();
      else await listen(port);
    },
    stop: close,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

/** Asks the service as every KMS is asked: the same deadlines, retries and circuit breaker. */
export function createServiceProvider(url: string): KmsProvider {
  const policy = createKmsPolicy('the service');
  async function ask(operation: 'wrap' | 'unwrap', bytes: Uint8Array, context: WrapContext): Promise<Uint8Array> {
    const body = JSON.stringify({ bytes: Buffer.from(bytes).toString('base64'), context });
    const text = await policy.run(operation, async (signal) => {
      const response = await fetch(`${url}/${operation}`, { method: 'POST', body, signal }).catch(() => undefined);
      if (!response?.ok) throw new KmsError('kms_unavailable', 'The service does not answer.');
      return response.text();
    });
    return new Uint8Array(Buffer.from(text, 'base64'));
  }
  return {
    id: `service/${url}`,
    wrap: (key, context) => ask('wrap', key, context),
    unwrap: (wrapped, context) => ask('unwrap', wrapped, context),
    health: async () => ({ ok: true, detail: url }),
  };
}
