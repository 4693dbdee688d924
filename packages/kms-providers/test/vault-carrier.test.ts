// What any server may answer where a Vault is expected: how far it is followed, read and waited for.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createVaultCarrier } from '../src/vault-carrier.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A carrier to a server that answers so. */
async function answering(listener: RequestListener) {
  server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const carrier = createVaultCarrier(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  return (signal = AbortSignal.timeout(10_000)) => carrier({ method: 'GET', path: '/v1/x', headers: {}, signal });
}

test('two redirects on the server are followed, and no third one', async () => {
  let requests = 0;
  const ask = await answering((request, response) => {
    requests++;
    response.writeHead(307, { location: request.url }).end();
  });
  await expect(ask()).rejects.toMatchObject({ code: 'kms_unavailable' });
  expect(requests).toBe(3);
});

test('an answer of a MiB is read, and a longer one no further', async () => {
  let length = 2 ** 20;
  const ask = await answering((_, response) => response.end(JSON.stringify('x'.repeat(length - 2))));
  expect(await ask()).toMatchObject({ status: 200, body: expect.stringMatching(/^x+$/) });
  length++;
  await expect(ask()).rejects.toMatchObject({ code: 'kms_answer_wrong' });
});

test('the signal ends the exchange and not the wait alone', async () => {
  const abort = new AbortController();
  const ask = await answering(() => {});
  const asked = once(server!, 'request');
  const waiting = ask(abort.signal).catch((error: unknown) => error);
  const [{ socket }] = await asked;
  abort.abort();
  await once(socket, 'close');
  expect(await waiting).toMatchObject({ code: 'kms_unavailable' });
});
