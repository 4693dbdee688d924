// Listening to PostgreSQL's notices on a connection of its own, which is made again when it breaks.
import pg from 'pg';
import { databaseFamily } from './database-family.ts';

/** As key stores take it: calls back for each notice; what it returns ends it. */
export type Listen = (channel: string, onNotice: () => void) => Promise<() => Promise<void>>;

/**
 * For a PostgreSQL URL; undefined for other databases, which give no notices. It begins in the background, so a database
 * that is away is no error; after a break it calls back once, since notices may have been missed.
 */
export function createListen(url: string | undefined, options: { retryMs?: number } = {}): Listen | undefined {
  const { retryMs = 2000 } = options;
  if (!url || databaseFamily(url) !== 'postgres') return undefined;
  return async (channel, onNotice) => {
    let client: pg.Client | undefined;
    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    let broken = false;

    function again(): void {
      client = undefined;
      broken = true;
      if (stopped || timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        void connect();
      }, retryMs).unref();
    }

    async function connect(): Promise<void> {
      const own = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, keepAlive: true });
      client = own;
      own.on('error', () => {});
      own.on('end', again);
      own.on('notification', onNotice);
      try {
        await own.connect();
        await own.query(`listen ${own.escapeIdentifier(channel)}`);
        if (stopped) return void own.end().catch(() => {});
        if (broken) onNotice();
        broken = false;
      } catch {
        own.removeListener('end', again);
        own.end().catch(() => {});
        again();
      }
    }

    void connect();
    return async () => {
      stopped = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    };
  };
}
