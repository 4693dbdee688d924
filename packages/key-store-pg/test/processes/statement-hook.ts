// Sees every statement of a database connection, begin and commit included, before it goes out.
import { CompiledQuery, type DatabaseConnection, type Dialect, type Driver } from 'kysely';

/** Called before each statement; `send` sends it. */
export type StatementHook = <T>(statement: CompiledQuery, send: () => Promise<T>) => Promise<T>;

/**
 * `dialect` with `hook` around whatever its connections execute. `commitsApart`: its driver commits by other means than a
 * statement.
 */
export function hookStatements(dialect: Dialect, hook: StatementHook, commitsApart = false): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => hookDriver(dialect.createDriver(), hook, commitsApart),
  };
}

function hookDriver(driver: Driver, hook: StatementHook, commitsApart: boolean): Driver {
  const hooked = new WeakSet<DatabaseConnection>();
  const commit = driver.commitTransaction.bind(driver);
  if (commitsApart) driver.commitTransaction = (...args) => hook(CompiledQuery.raw('commit'), () => commit(...args));
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async (...args) => {
    const connection = await acquire(...args);
    if (!hooked.has(connection)) {
      const execute = connection.executeQuery.bind(connection);
      connection.executeQuery = (statement, ...more) => hook(statement, () => execute(statement, ...more)) as never;
      hooked.add(connection);
    }
    return connection;
  };
  return driver;
}
