import type { DatabaseState } from '../../api.ts';
import { lab } from '../store.ts';
import { formatTime } from '../values/format.ts';

const WORDS: Readonly<Record<DatabaseState['state'], string>> = {
  connecting: 'Reaching the database …',
  connected: 'Database',
  lost: 'Database lost',
};

/** Whether the database whose runs are shown can be reached. */
export function DatabaseMark() {
  const database = lab.value?.database;
  if (database === undefined) return null;
  const { state, address } = database;
  return (
    <span class={`connection ${state === 'connected' ? 'live' : state}`} role="status" title={address}>
      <span aria-hidden="true">{state === 'connected' ? '●' : '○'}</span> {WORDS[state]}
    </span>
  );
}

/** What keeps it from being reached, over every view: what is shown of its runs is no news. */
export function DatabaseNotice() {
  const database = lab.value?.database;
  if (database?.state !== 'lost') return null;
  return (
    <p class="notice" role="alert">
      Runs of the database are shown as they were at <time dateTime={database.since}>{formatTime(database.since)}</time>
      : {database.error}. The lab tries again.
    </p>
  );
}
