import type { DatabaseState, RunWorkers } from '../api.ts';
import { openRunStore } from '../runs/open-run-store.ts';
import type { RunStore, RunStoreOptions, StoredRun } from '../runs/run-store.ts';
import { openDatabaseStore } from './database-store.ts';
import { joinStores } from './joined-store.ts';
import { loadCluster } from './load-cluster.ts';

/** What `openLabStore` takes. */
export interface LabStoreOptions extends RunStoreOptions {
  /** The address of a database, with its password; undefined for folders alone. */
  readonly on: string | undefined;
  onWarning(line: string): void;
}

/** What is asked of a database. */
export interface LabDatabase {
  state(): DatabaseState;
  /** Brings what can be read of a run that only the database has into its directory; of others nothing. */
  refresh(run: StoredRun): Promise<void>;
  /** What of its results is not shown, and why. */
  missing(run: StoredRun): string | undefined;
  /** Undefined of a run that the database doesn't have. */
  workers(run: StoredRun): Promise<RunWorkers> | undefined;
}

/** Runs of folders, and of a database where one is named. */
export interface LabStore {
  readonly store: RunStore;
  readonly database: LabDatabase | undefined;
}

/** @throws {UsageError} where the address is none, or the package for databases isn't installed; not where the database can't be reached */
export async function openLabStore({ on, onWarning, ...options }: LabStoreOptions): Promise<LabStore> {
  if (on === undefined) return { store: await openRunStore(options), database: undefined };
  const { openClusterView, readAddress } = await loadCluster();
  const { shown } = readAddress(on);
  const [folders, database] = await Promise.all([
    openRunStore(options),
    openDatabaseStore({ address: shown, open: () => openClusterView(on), onWarning, pollMs: options.pollMs }),
  ]);
  const store = joinStores(folders, database);
  return {
    store,
    database: {
      state: database.state,
      async refresh(run) {
        const found = run.row.remote && store.inDatabase(run);
        if (found) await database.refresh(found);
      },
      missing(run) {
        const found = run.row.remote && store.inDatabase(run);
        return found ? database.missing(found) : undefined;
      },
      workers(run) {
        const found = store.inDatabase(run);
        return found && database.workers(found);
      },
    },
  };
}
