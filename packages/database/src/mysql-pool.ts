// Connections to MySQL or MariaDB as the key store needs them: strict, in UTC, utf8mb4, and holding no lock for a client that
// is gone.
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createPool, type Pool, type PoolConnection, type SslOptions } from 'mysql2';
import { DatabaseError } from './errors.ts';

const modes = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';
/**
 * Seconds. The server would keep the transaction of a client that vanished, and its locks, for 8 hours, and let a statement
 * wait for a locked table for a year (MariaDB: a day).
 */
const limits = 'wait_timeout = 60, lock_wait_timeout = 50';

/**
 * `mysql://USER:PASSWORD@HOST:PORT/DATABASE`, with `ssl-mode` (`disabled`, `required`, `verify_ca`, `verify_identity`, as
 * MySQL's own programs name them; default `disabled`) and `ssl-ca` (a PEM file). Error: `database_unknown`.
 */
export function createMysqlPool(text: string, silenceMs?: number): Pool {
  const url = parse(text);
  const ssl = sslOf(url.searchParams);
  const pool = createPool({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost',
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    charset: 'utf8mb4',
    timezone: 'Z',
    connectTimeout: 10_000,
    keepAliveInitialDelay: 10_000,
    // given up before the server does it; mysql2 looks at the time only where the pool may shrink
    maxIdle: 9,
    idleTimeout: 30_000,
    ...(ssl ? { ssl } : {}),
  });
  // sent before whatever the connection is taken for; if it fails, the key store looks at the settings itself
  pool.on('connection', (connection) => {
    if (silenceMs !== undefined) endSilence(connection, silenceMs);
    connection.query(`set session sql_mode = '${modes}', time_zone = '+00:00', ${limits}`, () => {});
  });
  return pool;
}

type Query = (...given: unknown[]) => unknown;

/** Cuts the connection whose statement gets no answer for so long: mysql2's own limit leaves it in the pool. */
function endSilence(connection: PoolConnection, silenceMs: number): void {
  const { stream } = connection as unknown as { stream: Socket };
  const query = connection.query.bind(connection) as Query;
  const watched: Query = (...given) => {
    const answer = given.at(-1);
    if (typeof answer !== 'function') return query(...given); // a stream
    const timer = setTimeout(() => {
      stream.destroy(Object.assign(new Error('no answer'), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' }));
    }, silenceMs);
    return query(...given.slice(0, -1), (...answers: unknown[]) => {
      clearTimeout(timer);
      answer(...answers);
    });
  };
  connection.query = watched as typeof connection.query;
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.pathname.length < 2)
    throw new DatabaseError('database_unknown', 'The database URL must be mysql://USER:PASSWORD@HOST:PORT/DATABASE.');
  const unknown = [...url.searchParams.keys()].filter((name) => name !== 'ssl-mode' && name !== 'ssl-ca');
  if (unknown.length > 0)
    throw new DatabaseError('database_unknown', 'A mysql:// URL takes the parameters ssl-mode and ssl-ca only.');
  return url;
}

function sslOf(parameters: URLSearchParams): SslOptions | undefined {
  const mode = (parameters.get('ssl-mode') ?? 'disabled').toLowerCase();
  const file = parameters.get('ssl-ca');
  const ca = file ? { ca: readCa(file) } : {};
  if (mode === 'disabled' && !file) return undefined;
  if (mode === 'required' && !file) return { rejectUnauthorized: false };
  if (mode === 'verify_ca' && file) return { ...ca, rejectUnauthorized: true, verifyIdentity: false };
  if (mode === 'verify_identity') return { ...ca, rejectUnauthorized: true, verifyIdentity: true };
  throw new DatabaseError(
    'database_unknown',
    'ssl-mode is disabled or required (without ssl-ca), verify_ca (with ssl-ca) or verify_identity.',
  );
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new DatabaseError('database_unknown', 'The file that ssl-ca names cannot be read.');
  }
}
