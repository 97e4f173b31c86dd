import { createBell } from './bell.ts';
import type { Cluster } from './cluster.ts';
import type { Database } from './database/database.ts';
import { before, missing, offer, publish } from './offer.ts';
import type { Parts } from './parts.ts';
import { openBoss } from './queue/boss.ts';
import { results, value } from './results.ts';
import { cancel, enterRun, findRun, finishRun, remove, retry, run } from './runs.ts';
import { status } from './status.ts';
import type { Store } from './store/store.ts';
import { refused, take } from './take.ts';
import { leave, register, seen } from './workers.ts';

/** A cluster over a database whose schema is this version's. Closing it closes the database. */
export async function createCluster(database: Database, store: Store | undefined): Promise<Cluster> {
  const boss = await openBoss(database);
  const parts: Parts = { database, boss, store };
  const bell = createBell(database);
  return {
    address: database.address,
    enterRun: (entered) => enterRun(parts, entered),
    findRun: (fingerprint) => findRun(parts, fingerprint),
    run: (id) => run(parts, id),
    finishRun: (id) => finishRun(parts, id),
    cancel: (id) => cancel(parts, id),
    retry: (id) => retry(parts, id),
    remove: (id) => remove(parts, id),
    offer: (id, group) => offer(parts, id, group),
    missing: (id, keys) => missing(parts, id, keys),
    publish: (id, group, key, bytes) => publish(parts, id, group, key, bytes),
    results: (id, signal) => results(parts, bell, id, signal),
    before: (id, group) => before(parts, id, group),
    value: (id, key) => value(parts, id, key),
    register: (worker) => register(parts, worker),
    seen: (worker) => seen(parts, worker),
    leave: (worker) => leave(parts, worker),
    take: (options) => take(parts, options),
    refused: (versions) => refused(parts, versions),
    change: (seconds, signal) => bell.next(seconds, signal),
    status: () => status(parts),
    async close() {
      await bell.close();
      await boss.stop({ close: false, graceful: false });
      await database.close();
    },
  };
}
