// Sees every statement of a database connection, begin and commit included, before it goes out.
import type { CompiledQuery, DatabaseConnection, Dialect, Driver } from 'kysely';

/** Called before each statement; `send` sends it. */
export type StatementHook = <T>(statement: CompiledQuery, send: () => Promise<T>) => Promise<T>;

/** `dialect` with `hook` around whatever its connections execute. */
export function hookStatements(dialect: Dialect, hook: StatementHook): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => hookDriver(dialect.createDriver(), hook),
  };
}

function hookDriver(driver: Driver, hook: StatementHook): Driver {
  const hooked = new WeakSet<DatabaseConnection>();
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
