import { useSignal } from '@preact/signals';
import type { RunRow } from '../../api.ts';
import { formatAddress } from '../address.ts';
import { api } from '../api-client.ts';
import { tagsOf } from '../notes/tags.ts';
import { setQuery } from '../router.ts';
import { announcement, lab, putRow } from '../store.ts';
import { Problem } from '../ui/parts.tsx';
import { plural } from '../values/format.ts';

/** What can be done with the runs that are selected. */
export function SelectionBar({ selected }: { readonly selected: readonly RunRow[] }) {
  const error = useSignal<string | undefined>(undefined);
  const tag = useSignal('');
  if (selected.length === 0) return null;
  // Of those that only a database has nothing can be stopped or noted here.
  const own = selected.filter(({ remote }) => !remote);
  const running = own.filter(({ status }) => status === 'running');
  const canAct = lab.value !== undefined && !lab.value.readOnly;
  const each = async (rows: readonly RunRow[], what: string, act: (row: RunRow) => Promise<unknown>) => {
    const outcomes = await Promise.allSettled(rows.map(act));
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    error.value =
      failed.length > 0 ? `${failed.length} of ${rows.length}: ${(failed[0]!.reason as Error).message}` : undefined;
    announcement.value = `${what}: ${plural(rows.length - failed.length, 'run')}`;
  };
  const addTag = async (event: Event) => {
    event.preventDefault();
    const names = tagsOf(tag.value);
    if (names.length === 0) return;
    await each(own, `Tagged ${names.map((name) => `#${name}`).join(' ')}`, async (row) => {
      const tags = [...new Set([...row.notes.tags, ...names])];
      if (tags.length === row.notes.tags.length) return;
      const notes = await api.setNotes(row.id, { ...row.notes, tags });
      putRow({ ...row, notes });
    });
    tag.value = '';
  };
  return (
    <section class="selection" aria-label="Selected runs">
      <span>{plural(selected.length, 'run')} selected</span>
      {selected.length > 1 && (
        <a class="button" href={formatAddress(['compare'], { ids: selected.map(({ id }) => id).join(',') })}>
          Compare
        </a>
      )}
      {canAct && own.length > 0 && (
        <form onSubmit={(event) => void addTag(event)}>
          <input
            aria-label="Tags for the selected runs"
            placeholder="tags"
            value={tag.value}
            onInput={(event) => {
              tag.value = event.currentTarget.value;
            }}
          />
          <button type="submit">Add tags</button>
        </form>
      )}
      {canAct && running.length > 0 && (
        <button type="button" onClick={() => void each(running, 'Stopping', ({ id }) => api.stop(id))}>
          Stop {plural(running.length, 'run')}
        </button>
      )}
      <button type="button" class="plain" onClick={() => setQuery({ sel: undefined }, 'replace')}>
        Select none
      </button>
      <Problem error={error.value} />
    </section>
  );
}
