// A proxy on loopback before an HTTP server that does to requests what networks, balancers and overloaded servers do. It
// counts what goes through.
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProxiedRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type HttpFault =
  /** Takes the request and never answers. */
  | { kind: 'hang' }
  /** Cuts the connection with a TCP reset. */
  | { kind: 'reset' }
  /** The first byte of the answer comes late. */
  | { kind: 'slow'; ms: number }
  /** Half of the body, then the end of the connection. */
  | { kind: 'truncate' }
  /** Half of the body as if it were all of it. */
  | { kind: 'cut' }
  /** Answers by itself. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** Changes the server's answer. */
  | { kind: 'change'; body?: (body: string) => string; headers?: Record<string, string>; status?: number };

export interface HttpFaultProxy {
  readonly url: string;
  /** Asked for each request; undefined lets it through. */
  fault: ((request: ProxiedRequest) => HttpFault | undefined) | undefined;
  readonly requests: ProxiedRequest[];
  close(): Promise<void>;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Answers with a proxy before the server that `target` names. */
export async function startHttpFaultProxy(target: string): Promise<HttpFaultProxy> {
  const server = createServer((incoming, response) => {
    // A client that leaves while it is made to wait is what some faults are about.
    serve(incoming, response).catch(() => response.destroy());
  });
  const proxy: HttpFaultProxy = {
    url: '',
    fault: undefined,
    requests: [],
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    const { method = 'GET', url: path = '/', headers } = incoming;
    const request: ProxiedRequest = { method, path, headers, body: body.toString('utf8') };
    proxy.requests.push(request);
    const fault = proxy.fault?.(request);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') return void incoming.socket.resetAndDestroy();
    if (fault?.kind === 'answer') return void response.writeHead(fault.status, fault.headers).end(fault.body);
    const answer = await forward(target, request, body);
    if (fault?.kind === 'slow') await new Promise((done) => setTimeout(done, fault.ms));
    giveAnswer(response, answer, fault);
  }
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(proxy, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function giveAnswer(response: ServerResponse, answer: Answer, fault: HttpFault | undefined): void {
  const { status, headers, body } = answer;
  const half = body.subarray(0, Math.floor(body.length / 2));
  if (fault?.kind === 'truncate') {
    response.writeHead(status, { ...headers, 'content-length': String(body.length) });
    response.write(half, () => response.destroy());
    return;
  }
  if (fault?.kind === 'cut') {
    response.writeHead(status, { ...headers, 'content-length': String(half.length) }).end(half);
    return;
  }
  if (fault?.kind !== 'change') {
    response.writeHead(status, headers).end(body);
    return;
  }
  const changed = fault.body ? Buffer.from(fault.body(body.toString('utf8'))) : body;
  const all = { ...headers, ...fault.headers, 'content-length': String(changed.length) };
  response.writeHead(fault.status ?? status, all).end(changed);
}

function forward(target: string, { method, path, headers }: ProxiedRequest, body: Buffer): Promise<Answer> {
  const url = new URL(path, target);
  const given = { ...headers, host: url.host, 'accept-encoding': 'identity' };
  return new Promise((resolve, reject) => {
    const outgoing = sendRequest(url, { method, headers: given }, (incoming) => {
      readAll(incoming).then((all) => {
        const { 'transfer-encoding': _, ...rest } = incoming.headers;
        resolve({ status: incoming.statusCode ?? 502, headers: rest, body: all });
      }, reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
