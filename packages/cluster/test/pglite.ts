import { PGlite } from '@electric-sql/pglite';
import type { Database, Row, Sql } from '../src/database/database.ts';

type Plain = Pick<PGlite, 'query' | 'exec'>;

function sqlOf(pglite: Plain): Sql {
  return {
    async query<R = Row>(text: string, values?: readonly unknown[]) {
      if (values !== undefined && values.length > 0) return (await pglite.query<R>(text, [...values])).rows;
      return (await pglite.exec(text)).flatMap(({ rows }) => rows) as R[];
    },
  };
}

/** A database in this process: PGlite is Postgres in WebAssembly, with one connection. */
export async function openPglite(): Promise<Database> {
  const pglite = await PGlite.create();
  return {
    address: 'pglite',
    ...sqlOf(pglite),
    transaction: (work) => pglite.transaction((transaction) => work(sqlOf(transaction))),
    async listen(channel, onNotice) {
      const end = await pglite.listen(channel, onNotice);
      onNotice(undefined);
      return () => end();
    },
    close: () => pglite.close(),
  };
}
