/** What a column can hold. Booleans are 0 and 1, documents and instants are text: the same on every database. */
export type Cell = string | number | null;

export type Row = Readonly<Record<string, Cell>>;

/** One open transaction. Statements are in the SQL that SQLite and PostgreSQL share, with `?` for each parameter. */
export interface Transaction {
  /** Runs one statement and answers its rows. */
  all(sql: string, ...parameters: readonly Cell[]): Promise<readonly Row[]>;
}

/**
 * What the registry asks of a database: transactions. Raises REGISTRY_UNAVAILABLE, in bounded time, when the database
 * does not answer, and REGISTRY_CORRUPT when it is none.
 */
export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /** Where it is, without a password. */
  readonly where: string;
  /** Sees one state of the database from beginning to end, and writes nothing. */
  read<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * Commits what `work` did, durably, before it answers; undoes it when `work` throws. The first statement of `work`
   * must be the one that makes writers wait for each other, so that `work` sees all that was written before it.
   */
  write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The one row of a statement that has one or none. */
export async function firstRow(
  transaction: Transaction,
  sql: string,
  ...parameters: readonly Cell[]
): Promise<Row | undefined> {
  return (await transaction.all(sql, ...parameters))[0];
}
