/** One migration: its file's name without `.sql`, and its statements in order. */
export interface SqlMigration {
  readonly name: string;
  readonly statements: readonly string[];
}
