import { useSignal } from '@preact/signals';
import { setQuery } from '../router.ts';
import { LeftOut } from '../ui/left-out.tsx';
import { Menu } from '../ui/menu.tsx';
import { Check } from '../ui/parts.tsx';
import type { Column } from './columns.ts';

interface ColumnChooserProps {
  readonly columns: readonly Column[];
  readonly shown: readonly Column[];
  /** The reader has chosen; otherwise they suit what is listed. */
  readonly chosen: boolean;
}

const TITLES = { run: 'Of the run', settings: 'Settings', summary: 'Results' } as const;

/** Columns of a kind that are listed; others are found by their names. */
const OFFERED = 200;

/** Which columns the list has. */
export function ColumnChooser({ columns, shown, chosen }: ColumnChooserProps) {
  const wanted = useSignal('');
  const keys = shown.map(({ key }) => key);
  const toggle = (key: string, on: boolean) => {
    // A column keeps its place among all, wherever it was chosen.
    const next = columns.filter((column) => (column.key === key ? on : keys.includes(column.key)));
    setQuery({ cols: next.map((column) => column.key).join(',') || 'name' });
  };
  const matching = columns.filter(({ label }) => label.toLowerCase().includes(wanted.value.toLowerCase()));
  return (
    <Menu label={`Columns (${shown.length} of ${columns.length})`}>
      <label class="labelled">
        <span>Find a column</span>
        <input
          type="search"
          value={wanted.value}
          onInput={(event) => {
            wanted.value = event.currentTarget.value;
          }}
        />
      </label>
      {chosen && (
        <button type="button" onClick={() => setQuery({ cols: undefined })}>
          What suits the list
        </button>
      )}
      {(['run', 'settings', 'summary'] as const).map((of) => {
        const own = matching.filter((column) => column.of === of);
        return (
          own.length > 0 && (
            <fieldset key={of}>
              <legend>{TITLES[of]}</legend>
              {own.slice(0, OFFERED).map(({ key, label }) => (
                <Check key={key} label={label} checked={keys.includes(key)} onChange={(on) => toggle(key, on)} />
              ))}
              <LeftOut parts={[{ shown: Math.min(OFFERED, own.length), all: own.length, what: 'column' }]} />
            </fieldset>
          )
        );
      })}
    </Menu>
  );
}
