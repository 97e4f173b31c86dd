/** A row, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** What takes SQL: a database, or a transaction in it. */
export interface Sql {
  /** @param values `$1`, `$2`, …; bytes are Uint8Array, here and in rows */
  query<R = Row>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
}

/** A database of Postgres, wherever it runs. Statements and transactions are tried again where the connection is lost: they must be such that twice is as good as once. */
export interface Database extends Sql {
  readonly address: string;
  /** `work` may be called again, after what it did was undone. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Hears of notices, on a connection of its own that is made again when it is lost.
   * @param onNotice its text; undefined where some may have been missed
   */
  listen(channel: string, onNotice: (text: string | undefined) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
