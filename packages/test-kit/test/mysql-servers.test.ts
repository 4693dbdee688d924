import { createConnection } from 'mysql2/promise';
import { expect, test } from 'vitest';
import { startMariadbServer } from '../src/mariadb-server.ts';
import { startMysqlServer } from '../src/mysql-server.ts';
import { sharedServer } from '../src/shared-server.ts';

async function ask(uri: string, question: string): Promise<unknown> {
  const connection = await createConnection({ uri });
  try {
    const [rows] = await connection.query({ sql: question, rowsAsArray: true });
    return (rows as unknown[][])[0]?.[0];
  } finally {
    await connection.end();
  }
}

const kinds = { mysql: startMysqlServer, mariadb: startMariadbServer };

for (const kind of ['mysql', 'mariadb'] as const) {
  const absent = !(await sharedServer(kind));
  // What the environment names has settings of its own and is not ours to kill.
  const named = process.env[`HAMMERWORK_${kind.toUpperCase()}_URL`];

  test.skipIf(absent)(`${kind} is what it says, and ours is not on UTC`, async () => {
    const { url } = (await sharedServer(kind))!;
    expect(/mariadb/i.test(String(await ask(url, 'select version()')))).toBe(kind === 'mariadb');
    if (!named) expect(await ask(url, 'select timediff(now(), utc_timestamp())')).toBe('05:30:00');
  });

  test.skipIf(absent || named)(
    `${kind} keeps its files when it is killed and started again, until stopped`,
    async () => {
      const server = await kinds[kind]({ 'innodb-flush-log-at-trx-commit': '1' });
      await ask(server.url, 'create database kept');
      await server.kill();
      await expect(ask(server.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await server.restart();
      expect(await ask(server.url, "show databases like 'kept'")).toBe('kept');
      await server.stop();
      await expect(ask(server.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    },
  );
}
