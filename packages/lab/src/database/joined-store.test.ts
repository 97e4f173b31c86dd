import { expect, it } from 'vitest';
import type { RunRow } from '../api.ts';
import type { RunNews, RunStore, StoredRun } from '../runs/run-store.ts';
import type { DatabaseRun, DatabaseStore } from './database-store.ts';
import type { FollowedRun } from './follow-database.ts';
import { joinStores } from './joined-store.ts';

const started = '2026-11-30T10:00:00.000Z';
const units = { total: 2, done: 1, active: 0, waiting: 1, failed: 0 };

function inFolder(fingerprint: string | undefined): StoredRun {
  const row = {
    id: 'here',
    name: 'here',
    started,
    status: 'running',
    revision: 1,
    ...(fingerprint && { fingerprint }),
  };
  return { id: 'here', directory: '/runs/here', row: row as RunRow };
}

function inDatabase(fingerprint: string): DatabaseRun {
  const id = `row-${fingerprint}`;
  const row = { id, name: id, started, status: 'running', remote: true, fingerprint, revision: 1 } as RunRow;
  return { id, directory: `/tmp/${id}`, fingerprint, row, followed: { id: '7', units } as FollowedRun };
}

/** A folder with one run, whose fingerprint changes, joined with a database of runs `a` and `b`. */
function joined(fingerprint: string | undefined) {
  let run = inFolder(fingerprint);
  let hear: (news: RunNews) => void = () => undefined;
  const runs = ['a', 'b'].map(inDatabase);
  const folders: Partial<RunStore> = {
    list: () => [run],
    get: () => run,
    listen(listener) {
      hear = listener;
      return () => undefined;
    },
  };
  const database: Partial<DatabaseStore> = {
    list: () => runs,
    of: (asked) => runs.find((each) => each.fingerprint === asked),
    listen: () => () => undefined,
  };
  const store = joinStores(folders as RunStore, database as DatabaseStore);
  return {
    ids: () => store.list().map(({ id }) => id),
    replace(by: string | undefined) {
      run = inFolder(by);
      hear({ type: 'run', run });
    },
  };
}

it('shows a run of the database again when another takes the place of its directory', () => {
  const { ids, replace } = joined('a');
  expect(ids().sort()).toEqual(['here', 'row-b']);
  replace('b');
  expect(ids().sort()).toEqual(['here', 'row-a']);
  replace(undefined);
  expect(ids().sort()).toEqual(['here', 'row-a', 'row-b']);
  replace('a');
  expect(ids().sort()).toEqual(['here', 'row-b']);
});
