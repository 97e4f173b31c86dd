import type { RunRow, Scalar } from '../../api.ts';

/** A column of the list: what it says of a run. */
export interface Column {
  /** `status`, `settings.width`, `summary.error`: as the address has it. */
  readonly key: string;
  readonly label: string;
  readonly of: 'run' | 'settings' | 'summary';
  /** Width that it begins with, in px. */
  readonly width: number;
  readonly value: (row: RunRow) => Scalar | undefined;
}

const column = (key: string, label: string, width: number, value: Column['value']): Column => ({
  key,
  label,
  of: 'run',
  width,
  value,
});

/** A column of what nobody knows of a run whose directory can't be read. */
const ofReadable = (key: string, label: string, width: number, value: Column['value']): Column =>
  column(key, label, width, (row) => (row.status === 'unreadable' ? undefined : value(row)));

/** What every run has. */
export const ownColumns: readonly Column[] = [
  column('name', 'Run', 300, (row) => row.name),
  column('status', 'State', 190, (row) => row.status),
  column('experiment', 'Experiment', 170, (row) => row.experiment),
  column('preset', 'Preset', 80, (row) => row.preset),
  ofReadable('seed', 'Seed', 70, (row) => row.seed),
  ofReadable('started', 'Started', 165, (row) => row.started),
  ofReadable('seconds', 'Took', 100, (row) => row.seconds),
  column('tags', 'Tags', 140, (row) => row.notes.tags.join(' ') || undefined),
  column('notes', 'Notes', 200, (row) => row.notes.text || undefined),
  column('place', 'Place', 160, (row) => row.place),
];

/** All columns that these runs have: their own, then settings, then results, each by name. */
export function columnsOf(rows: Iterable<RunRow>): readonly Column[] {
  const [settings, summary] = [new Set<string>(), new Set<string>()];
  for (const row of rows) {
    for (const name in row.settings) settings.add(name);
    for (const name in row.summary) summary.add(name);
  }
  const made = (of: 'settings' | 'summary', names: ReadonlySet<string>): Column[] =>
    [...names].sort().map((name) => ({
      key: `${of}.${name}`,
      label: name,
      of,
      width: Math.min(220, Math.max(90, 24 + name.length * 8)),
      value: (row) => row[of][name],
    }));
  return [...ownColumns, ...made('settings', settings), ...made('summary', summary)];
}

/** The column that a reader means by a name: its key, or the bare name of a setting or else a result. */
export function findColumn(columns: readonly Column[], name: string): Column | undefined {
  const bare = name.toLowerCase();
  return (
    columns.find(({ key }) => key.toLowerCase() === bare) ??
    columns.find(({ label, of }) => of !== 'run' && label.toLowerCase() === bare)
  );
}
