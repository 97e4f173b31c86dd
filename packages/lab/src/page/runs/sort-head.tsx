import type { TableColumn } from '../ui/virtual-table.tsx';
import type { Column } from './columns.ts';

/** How a table is sorted, and what a click on a heading does. */
export interface Sort {
  readonly column: string | undefined;
  readonly direction: 1 | -1;
  readonly onSort: (column: Column) => void;
}

/** The heading of a column that can be sorted by. */
export function sortHead(column: Column, numeric: boolean, sort: Sort): TableColumn {
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
