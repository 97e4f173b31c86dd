import { afterAll, describe, it } from 'vitest';
import { readAddress } from '../src/database/address.ts';
import { openPostgres } from '../src/database/postgres.ts';
import { clusterSuite } from './cluster-suite.ts';
import { findPostgres, NEEDS_POSTGRES, startPostgres, type TestPostgres } from './postgres.ts';

const bin = findPostgres();
if (bin === undefined) {
  describe('a cluster in Postgres', () => it.skip(NEEDS_POSTGRES, () => undefined));
} else {
  let server: TestPostgres;
  afterAll(() => server?.stop());
  const open = async () => {
    server = await startPostgres(bin);
    return openPostgres(readAddress(await server.createDatabase()), {});
  };
  clusterSuite('a cluster in Postgres', open, true);
}
