import { listOf, route } from '../router.ts';
import { parseSort, type SortKey } from '../ui/sort-head.tsx';

/** What the address says of the list. */
export interface ListState {
  readonly filter: string;
  readonly sort: SortKey;
  readonly group: readonly string[];
  /** Undefined: what suits the runs. */
  readonly columns: readonly string[] | undefined;
  readonly selected: readonly string[];
}

/** The newest first, unless the reader sorts otherwise. */
const NEWEST = '-started';

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
