import type { RunRow } from '../../api.ts';
import { listOf, route } from '../router.ts';
import type { Column } from './columns.ts';

/** What the address says of the list. */
export interface ListState {
  readonly filter: string;
  readonly sort: { readonly key: string; readonly direction: 1 | -1 };
  readonly group: readonly string[];
  /** Undefined: what suits the runs. */
  readonly columns: readonly string[] | undefined;
  readonly selected: readonly string[];
}

/** The newest first, unless the reader sorts otherwise. */
const NEWEST = '-started';

/** A key with `-` before it where the largest come first. */
export function parseSort(text: string): ListState['sort'] {
  return text.startsWith('-') ? { key: text.slice(1), direction: -1 } : { key: text, direction: 1 };
}

export function useListState(): ListState {
  const { q = '', sort = NEWEST, group, cols, sel } = route.value.query;
  return {
    filter: q,
    sort: parseSort(sort),
    group: listOf(group),
    columns: cols === undefined ? undefined : listOf(cols),
    selected: listOf(sel),
  };
}

/** Columns for runs that the reader has chosen none for: where all are of one experiment, what differs between them and what they gave too. */
export function suitingColumns(rows: readonly RunRow[], all: readonly Column[]): readonly Column[] {
  const always = ['name', 'status', 'preset', 'seed', 'started', 'seconds', 'tags'];
  const own = all.filter(({ of, key }) => of === 'run' && always.includes(key));
  const first = rows[0];
  if (!first || rows.some(({ experiment }) => experiment !== first.experiment)) return own;
  const differing = all.filter(
    ({ of, value, label }) => of === 'settings' && label !== 'seed' && rows.some((row) => value(row) !== value(first)),
  );
  const results = all.filter(({ of, value }) => of === 'summary' && rows.some((row) => value(row) !== undefined));
  return [...own, ...differing.slice(0, 4), ...results.slice(0, 5)];
}
