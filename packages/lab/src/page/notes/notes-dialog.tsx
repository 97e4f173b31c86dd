import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { RunRow } from '../../api.ts';
import { api } from '../api-client.ts';
import { shortName } from '../runs/cells.tsx';
import { announcement, putRow } from '../store.ts';
import { Labelled, Problem } from '../ui/parts.tsx';
import { tagsOf } from './tags.ts';

/** Tags and notes of a run, kept beside it. */
export function NotesDialog({ row, onClose }: { readonly row: RunRow; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const tags = useSignal(row.notes.tags.join(' '));
  const text = useSignal(row.notes.text);
  const error = useSignal<Error | undefined>(undefined);
  useEffect(() => dialog.current?.showModal(), []);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      const notes = await api.setNotes(row.id, { tags: tagsOf(tags.value), text: text.value });
      putRow({ ...row, notes });
      announcement.value = 'Notes saved';
      dialog.current?.close();
    } catch (failure) {
      error.value = failure as Error;
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={onClose}>
      <form onSubmit={(event) => void save(event)}>
        <h2 id={title}>Notes on {shortName(row)}</h2>
        <Labelled label="Tags, apart by spaces">
          <input
            value={tags.value}
            onInput={(event) => {
              tags.value = event.currentTarget.value;
            }}
          />
        </Labelled>
        <Labelled label="Notes">
          <textarea
            rows={6}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        </Labelled>
        <Problem error={error.value} />
        <p class="actions">
          <button type="submit" class="main">
            Save
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </p>
      </form>
    </dialog>
  );
}
