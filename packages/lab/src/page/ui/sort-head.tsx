import type { TableColumn } from './virtual-table.tsx';

/** What a table is sorted by, as the address has it: `seed`, `-summary.error`. */
export interface SortKey {
  readonly key: string;
  /** −1: the largest first. */
  readonly direction: 1 | -1;
}

/** A key with `-` before it where the largest come first. */
export const parseSort = (text: string): SortKey =>
  text.startsWith('-') ? { key: text.slice(1), direction: -1 } : { key: text, direction: 1 };

export const formatSort = ({ key, direction }: SortKey): string => `${direction === -1 ? '-' : ''}${key}`;

/** A column that can be sorted by. */
interface Sortable {
  readonly key: string;
  readonly label: string;
  /** In px. */
  readonly width: number;
}

/** How a table is sorted, and what a click on a heading does. */
export interface Sort<C extends Sortable> {
  readonly column: string | undefined;
  readonly direction: 1 | -1;
  readonly onSort: (column: C) => void;
}

/** The heading of a column that can be sorted by. */
export function sortHead<C extends Sortable>(column: C, numeric: boolean, sort: Sort<C>): TableColumn {
  const own = sort.column === column.key;
  return {
    key: column.key,
    numeric,
    width: column.width,
    sort: own ? (sort.direction === 1 ? 'ascending' : 'descending') : 'none',
    label: (
      <button type="button" class="plain sort" title={`Sort by ${column.label}`} onClick={() => sort.onSort(column)}>
        {column.label}
        <span aria-hidden="true">{own ? (sort.direction === 1 ? ' ↑' : ' ↓') : ''}</span>
      </button>
    ),
  };
}
