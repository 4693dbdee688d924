// A service that is away and comes back, with the settings that everybody gets: coded errors meanwhile, soon from the
// circuit breaker and not from the network, and keys again within five seconds.
import { startHttpFaultProxy, startTcpFaultProxy } from '@hammerwork/test-kit';
import { afterAll, describe, expect, test } from 'vitest';
import type { KmsError } from '../src/errors.ts';
import type { KmsAttempt } from '../src/kms-policy.ts';
import { context, newKey } from './kms-suite.ts';
import { openSetting, startFakeGcpKms } from './settings.ts';

const gcp = await startFakeGcpKms();
afterAll(() => gcp.stop());

const names = ['aws', 'gcp-grpc', 'gcp-rest', 'vault over fetch', 'vault-transit over node-vault'];

/** A proxy before the server whose connections can be cut, over HTTP/2 as well. */
async function startCutter(name: string, server: string) {
  if (name === 'gcp-grpc') {
    const proxy = await startTcpFaultProxy({ port: Number(new URL(server).port) });
    const cut = (away: boolean) => proxy.setFault(away ? { kind: 'reset' } : undefined);
    return { server: `http://127.0.0.1:${proxy.port}`, cut, close: () => proxy.close() };
  }
  const proxy = await startHttpFaultProxy(server);
  const cut = (away: boolean) => {
    proxy.fault = away ? () => ({ kind: 'reset' }) : undefined;
  };
  return { server: proxy.url, cut, close: () => proxy.close() };
}

describe.concurrent('away and back', async () => {
  for (const name of names) {
    const setting = await openSetting(name, gcp);
    test.skipIf(!setting)(name, async () => {
      const cutter = await startCutter(name, setting!.server);
      const attempts: KmsAttempt[] = [];
      const policy = { onAttempt: (attempt: KmsAttempt) => void attempts.push(attempt) };
      const kms = await setting!.provider('recovery', { server: cutter.server, policy });
      const key = newKey();
      const wrapped = await kms.wrap(key.slice(), context);
      const call = () => kms.unwrap(wrapped, context).catch((error: KmsError) => error.code);

      cutter.cut(true);
      const codes = new Set<unknown>();
      // Many at once, until the breaker has answered for the service.
      const before = attempts.length;
      while (!(attempts.slice(before).length >= 8 && (await call()) === 'kms_unavailable')) {
        for (const result of await Promise.all(Array.from({ length: 10 }, call))) codes.add(result);
      }
      expect([...codes]).toEqual(['kms_unavailable']);
      const sent = attempts.length;
      const quick = await call();
      expect(quick).toBe('kms_unavailable');
      expect(attempts.length - sent).toBeLessThanOrEqual(2); // none, or the probe

      cutter.cut(false);
      let late = false;
      const timer = setTimeout(() => {
        late = true;
      }, 5_000);
      let result = await call();
      while (typeof result === 'string' && !late) {
        await new Promise((done) => setTimeout(done, 50)); // a worker that tries again
        result = await call();
      }
      clearTimeout(timer);
      expect(result).toEqual(key);
      await kms.close?.();
      await cutter.close();
    });
  }
});
