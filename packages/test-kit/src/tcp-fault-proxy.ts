// A proxy on loopback for any protocol over TCP (gRPC, databases) that does to connections what networks do.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type TcpFault =
  /** Accepts and takes what comes; passes it on when the fault is over, as a network that is back does. */
  | { kind: 'hang' }
  /** Forgets the connections that are there, without a word, as a failover does: only new ones pass. */
  | { kind: 'forget' }
  | { kind: 'reset' }
  /** Holds back what the server sends. */
  | { kind: 'slow'; ms: number }
  /** Ends the connection after so many bytes of the server. */
  | { kind: 'cut'; afterBytes: number };

export interface TcpFaultProxy {
  readonly port: number;
  readonly connections: number;
  /** For new connections, and at once for those that are there. */
  setFault(fault: TcpFault | undefined): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  sent: number;
  forgotten: boolean;
  /** What waits for the end of a hang. */
  held: (() => void)[];
}

export async function startTcpFaultProxy(target: { host?: string; port: number }): Promise<TcpFaultProxy> {
  const pairs = new Set<Pair>();
  let fault: TcpFault | undefined;
  let connections = 0;
  const listener = createServer((client) => {
    connections++;
    const server = connect(target.port, target.host ?? '127.0.0.1');
    const pair: Pair = { client, server, sent: 0, forgotten: false, held: [] };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      pair.server.destroy();
    };
    for (const socket of [client, pair.server]) socket.on('error', end).on('close', end);
    if (fault?.kind === 'reset') return void client.resetAndDestroy();
    client.on('data', (chunk) => {
      if (fault?.kind === 'hang') pair.held.push(() => pair.server.write(chunk));
      else if (!pair.forgotten) pair.server.write(chunk);
    });
    pair.server.on('data', (chunk) => !pair.forgotten && pass(pair, chunk));
  });
  function pass(pair: Pair, chunk: Buffer): void {
    if (fault?.kind === 'hang') return void pair.held.push(() => pair.client.write(chunk));
    if (fault?.kind === 'slow') {
      setTimeout(() => pair.client.writable && pair.client.write(chunk), fault.ms);
      return;
    }
    const left = fault?.kind === 'cut' ? fault.afterBytes - pair.sent : chunk.length;
    pair.sent += chunk.length;
    if (left >= chunk.length) pair.client.write(chunk);
    else pair.client.end(chunk.subarray(0, Math.max(0, left)));
  }
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  return {
    port: (listener.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    setFault(next) {
      fault = next;
      for (const pair of pairs) {
        pair.sent = 0;
        pair.forgotten ||= next?.kind === 'forget';
        if (next?.kind !== 'hang') for (const pass of pair.held.splice(0)) pass();
        if (next?.kind === 'reset') pair.client.resetAndDestroy();
      }
    },
    async close() {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      await new Promise((done) => listener.close(done));
    },
  };
}
