import type { ComponentChildren } from 'preact';
import type { RunRow, RunStatus } from '../../api.ts';
import { formatDuration } from '../values/format.ts';
import { CopyButton } from './copy-button.tsx';

/** One line of what went wrong. */
export function Problem({ error }: { readonly error: Error | string | undefined }) {
  if (!error) return null;
  return (
    <p class="notice" role="alert">
      {typeof error === 'string' ? error : error.message}
    </p>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return <p class="quiet">Loading {what} …</p>;
}

const MARKS: Readonly<Record<RunStatus, string>> = {
  running: '●',
  waiting: '◷',
  done: '✓',
  failed: '✕',
  interrupted: '‖',
  killed: '⊘',
  unreadable: '?',
};

/** A run's state: a mark and its word, since colour alone says nothing to some. */
export function StatusMark({ status }: { readonly status: RunStatus }) {
  return (
    <span class={`status ${status}`}>
      <span aria-hidden="true">{MARKS[status]}</span> {status}
    </span>
  );
}

/** How far a run is, with the time that is left. */
export function ProgressBar({ row, wide }: { readonly row: RunRow; readonly wide?: boolean }) {
  const { progress } = row;
  if (!progress || progress.total <= 0) return null;
  const share = Math.min(100, Math.floor((100 * progress.done) / progress.total));
  const left = progress.secondsLeft === undefined ? '' : `${formatDuration(progress.secondsLeft)} left`;
  return (
    <span class="progress">
      <progress value={progress.done} max={progress.total} aria-label={`Progress of ${row.name}`} />
      <span class="number">
        {share}%{left && <span class="quiet"> {left}</span>}
      </span>
      {wide && (progress.label || progress.detail) && (
        <span class="quiet">{[progress.label, progress.detail].filter(Boolean).join(': ')}</span>
      )}
    </span>
  );
}

/** A command with a button that copies it. */
export function Command({ text }: { readonly text: string }) {
  return (
    <div class="command">
      <pre>{text}</pre>
      <CopyButton text={text} what="Command" />
    </div>
  );
}

/** A label above what is chosen or typed. */
export function Labelled({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label class="labelled">
      <span>{label}</span>
      {children}
    </label>
  );
}

/** One of several, as a list to choose from. */
export function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly onChange: (value: string) => void;
}) {
  return (
    <Labelled label={props.label}>
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {props.options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

export function Check(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}
