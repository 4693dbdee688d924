// Migrates the database whose URL is given and prints what it applied: one of several processes at once. With a second
// argument N it dies, as by kill -9, after the N-th statement that creates or records something.
import { type CompiledQuery, type Dialect, Kysely, MysqlDialect, PostgresDialect } from 'kysely';
import { createPool } from 'mysql2';
import pg from 'pg';
import { migrate } from '../src/index.ts';

const [, , url = '', diesAfter = 'never'] = process.argv;

const dialect: Dialect = url.startsWith('postgresql:')
  ? new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
  : new MysqlDialect({ pool: createPool({ uri: url }) });
const createDriver = dialect.createDriver.bind(dialect);
const counted = new WeakSet<object>();
let written = 0;
dialect.createDriver = () => {
  const driver = createDriver();
  const acquireConnection = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async (...args) => {
    const connection = await acquireConnection(...args);
    if (counted.has(connection)) return connection;
    counted.add(connection);
    const executeQuery = connection.executeQuery.bind(connection);
    connection.executeQuery = async <R>(query: CompiledQuery) => {
      const result = await executeQuery<R>(query);
      if (/^\s*(create|insert)/i.test(query.sql) && String(++written) === diesAfter)
        process.kill(process.pid, 'SIGKILL');
      return result;
    };
    return connection;
  };
  return driver;
};

const db = new Kysely({ dialect });
process.stdout.write(JSON.stringify(await migrate(db)));
await db.destroy();
