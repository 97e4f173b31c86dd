import { listOf, route } from '../router.ts';

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
