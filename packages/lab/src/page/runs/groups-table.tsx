import type { Scalar } from '../../api.ts';
import { formatAddress } from '../address.ts';
import { type Sort, sortHead } from '../ui/sort-head.tsx';
import { VirtualTable } from '../ui/virtual-table.tsx';
import { formatScalar, plural } from '../values/format.ts';
import { isNumeric, joinedCell } from './cells.tsx';
import type { Column } from './columns.ts';
import { type Group, joinColumn } from './group.ts';

interface GroupsTableProps {
  readonly groups: readonly Group[];
  readonly by: readonly Column[];
  readonly columns: readonly Column[];
  readonly sort: Sort<Column>;
  readonly filter: string;
}

/** A row for each group: what it is grouped by, how many runs, and mean ± deviation of the rest. */
export function GroupsTable({ groups, by, columns, sort, filter }: GroupsTableProps) {
  const hidden = ['name', 'status', 'seed', 'started', 'tags', 'notes', 'place'];
  const rest = columns.filter((column) => !by.includes(column) && !hidden.includes(column.key));
  const rows = groups.flatMap((group) => group.rows);
  const head = (column: Column) => {
    const made = sortHead(column, isNumeric(column, rows), sort);
    // Mean and deviation take more room than one value.
    return column.of === 'summary' ? { ...made, width: column.width + 70 } : made;
  };
  return (
    <VirtualTable
      label="Groups of runs"
      columns={[...by.map(head), { key: 'runs', width: 150, label: 'Runs' }, ...rest.map(head)]}
      count={groups.length}
      row={(index) => {
        const group = groups[index]!;
        const ids = group.rows.map(({ id }) => id);
        return {
          key: group.key,
          cells: [
            ...group.values.map((value, i) =>
              value === undefined ? (
                <span key={by[i]!.key} class="quiet">
                  none
                </span>
              ) : (
                formatScalar(value)
              ),
            ),
            <span key="runs">
              <a href={formatAddress(['runs'], { q: `${filter} ${conditions(by, group.values)}`.trim() || undefined })}>
                {plural(group.rows.length, 'run')}
              </a>
              {ids.length > 1 && ids.length <= 1000 && (
                <a class="badge" href={formatAddress(['compare'], { ids: ids.join(',') })}>
                  compare
                </a>
              )}
            </span>,
            ...rest.map((column) => joinedCell(joinColumn(group.rows, column), column)),
          ],
        };
      }}
    />
  );
}

/** The filter that lets through what is in a group. */
function conditions(by: readonly Column[], values: readonly (Scalar | undefined)[]): string {
  return by.map(({ key }, i) => `${key}=${quoted(values[i])}`).join(' ');
}

const quoted = (value: Scalar | undefined): string => {
  const text = value === undefined ? '' : String(value);
  return text === '' || /[\s",]/.test(text) ? `"${text.replaceAll('"', '')}"` : text;
};
