// Ends statements that PostgreSQL does not answer. A connection that a failover or a firewall dropped without a word stays
// open at this end, and its statement and its place in the pool are lost for a quarter of an hour or for ever; one that
// waits for a lock keeps both, and the server a process, until the lock is gone.
import { connect, type Socket } from 'node:net';
import type pg from 'pg';

/** From asking the server to end the statement until the connection is given up. */
const graceMs = 5000;

/** Members that node-postgres has and does not list. */
interface Connected {
  readonly host: string;
  readonly port: number;
  readonly processID: number;
  readonly secretKey: number;
  /** No statement is under way: in the pool, or between the statements of a transaction. */
  readonly readyForQuery: boolean;
  readonly connection: { readonly stream: Socket };
}

/**
 * To be called with each connected client. When nothing came or went for `silenceMs` while a statement is under way the
 * server is asked to end it, and when that brings nothing either the connection is cut; the statement fails both ways.
 */
export function endSilence(client: pg.PoolClient, silenceMs: number): void {
  const connected = client as unknown as Connected;
  const { stream } = connected.connection;
  let askedAt: number | undefined;
  stream.setTimeout(silenceMs);
  stream.on('timeout', () => {
    if (connected.readyForQuery) return; // the next statement starts the time anew
    if (askedAt === stream.bytesRead) {
      stream.destroy();
      return;
    }
    askedAt = stream.bytesRead;
    askToCancel(connected);
    stream.setTimeout(graceMs);
  });
  stream.on('data', () => {
    if (askedAt === undefined) return;
    askedAt = undefined;
    stream.setTimeout(silenceMs);
  });
}

/** CancelRequest (PostgreSQL protocol 3.0, message formats), on a connection of its own; also in front of TLS. */
function askToCancel({ host, port, processID, secretKey }: Connected): void {
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80_877_102, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.setTimeout(graceMs, () => socket.destroy());
  socket.on('error', () => {}); // the connection is cut then
  socket.end(request);
}
