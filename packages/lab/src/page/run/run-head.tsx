import { useSignal } from '@preact/signals';
import type { RunDetail, RunRow } from '../../api.ts';
import { formatAddress } from '../address.ts';
import { api } from '../api-client.ts';
import { NotesDialog } from '../notes/notes-dialog.tsx';
import { shortName, Tag } from '../runs/cells.tsx';
import { announcement, lab } from '../store.ts';
import { Problem, ProgressBar, StatusMark } from '../ui/parts.tsx';
import { formatDuration, formatTime } from '../values/format.ts';

/** Name, state and progress of a run, and what can be done with it. */
export function RunHead({ row, detail }: { readonly row: RunRow; readonly detail: RunDetail }) {
  const editing = useSignal(false);
  const error = useSignal<Error | undefined>(undefined);
  const asked = useSignal<string | undefined>(undefined);
  const canAct = lab.value !== undefined && !lab.value.readOnly && !row.remote;
  const act = async (what: 'stop' | 'resume') => {
    error.value = undefined;
    asked.value = row.status;
    try {
      await api[what](row.id);
      announcement.value = what === 'stop' ? 'Stopping' : 'Resumed';
    } catch (failure) {
      error.value = failure as Error;
      asked.value = undefined;
    }
  };
  const waiting = asked.value === row.status;
  const canResume = row.status === 'interrupted' || row.status === 'killed' || row.status === 'failed';
  return (
    <header class="run-head">
      <p class="quiet">
        <a href="#/runs">Runs</a> / {row.place}
      </p>
      <h1>{shortName(row)}</h1>
      {row.title && (
        <p>
          {row.title} {detail.paper && <span class="quiet">({detail.paper})</span>}
        </p>
      )}
      <p class="facts">
        <StatusMark status={row.status} />
        <ProgressBar row={row} wide />
        {row.status !== 'unreadable' && <Facts row={row} />}
        {row.notes.tags.map((tag) => (
          <Tag key={tag} tag={tag} />
        ))}
      </p>
      <Problem error={row.error} />
      <Problem error={error.value} />
      {row.notes.text && <p class="notes">{row.notes.text}</p>}
      <p class="actions">
        {canAct && row.status === 'running' && (
          <button type="button" disabled={waiting} onClick={() => void act('stop')}>
            {waiting ? 'Stopping …' : 'Stop'}
          </button>
        )}
        {canAct && canResume && (
          <button type="button" disabled={waiting} onClick={() => void act('resume')}>
            {waiting ? 'Resuming …' : 'Resume'}
          </button>
        )}
        {canAct && (
          <button
            type="button"
            onClick={() => {
              editing.value = true;
            }}
          >
            Tags and notes
          </button>
        )}
        {row.isSweep && (
          <a class="button" href={formatAddress(['sweeps', row.id])}>
            Sweep
          </a>
        )}
        {detail.hasReport && (
          <a class="button" href={api.report(row.id)} target="_blank" rel="noreferrer">
            Report
          </a>
        )}
      </p>
      {editing.value && (
        <NotesDialog
          row={row}
          onClose={() => {
            editing.value = false;
          }}
        />
      )}
    </header>
  );
}

function Facts({ row }: { readonly row: RunRow }) {
  return (
    <>
      <span>
        <span class="quiet">took</span> {formatDuration(row.seconds)}
      </span>
      <span>
        <span class="quiet">started</span> <time dateTime={row.started}>{formatTime(row.started)}</time>
      </span>
      <span>
        <span class="quiet">seed</span> {row.seed}
      </span>
    </>
  );
}
