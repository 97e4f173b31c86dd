import type { RunRow } from '../../api.ts';
import { setQuery } from '../router.ts';
import { lab } from '../store.ts';
import { isNarrow } from '../ui/narrow.ts';
import { type Sort, sortHead } from '../ui/sort-head.tsx';
import { VirtualTable } from '../ui/virtual-table.tsx';
import { cellOf, isNumeric, shortName } from './cells.tsx';
import type { Column } from './columns.ts';

interface RunsTableProps {
  readonly rows: readonly RunRow[];
  readonly columns: readonly Column[];
  readonly sort: Sort<Column>;
  readonly selected: readonly string[];
  readonly onEdit: (id: string) => void;
}

/** Width of a run's name on a narrow page, in px. */
const NARROW_NAME = 170;

/** Runs one by one. */
export function RunsTable({ rows, columns, sort, selected, onEdit }: RunsTableProps) {
  const chosen = new Set(selected);
  const all = rows.length > 0 && rows.every(({ id }) => chosen.has(id));
  const choose = (ids: readonly string[]) => setQuery({ sel: ids.join(',') || undefined }, 'replace');
  const toggle = (id: string) => choose(chosen.has(id) ? selected.filter((each) => each !== id) : [...selected, id]);
  const canNote = lab.value !== undefined && !lab.value.readOnly;
  // Progress and the time that is left need room, or why a run failed, where there are any.
  const says = rows.some(({ status, error }) => status === 'running' || status === 'waiting' || error !== undefined);
  const heads = columns.map((column) => {
    const head = sortHead(column, isNumeric(column, rows), sort);
    if (column.key === 'status') return { ...head, width: says ? 310 : 130 };
    // So that a telephone shows the state beside the name.
    return column.key === 'name' && isNarrow.value ? { ...head, width: NARROW_NAME } : head;
  });
  return (
    <VirtualTable
      label="Runs"
      columns={[
        {
          key: 'select',
          width: 36,
          fixed: true,
          label: (
            <input
              type="checkbox"
              aria-label="Select all runs that are listed"
              checked={all}
              onChange={() => choose(all ? [] : rows.map(({ id }) => id))}
            />
          ),
        },
        ...heads,
        ...(canNote ? [{ key: 'edit', width: 64, fixed: true, label: <span class="hidden">Notes</span> }] : []),
      ]}
      count={rows.length}
      row={(index) => {
        const row = rows[index]!;
        const name = shortName(row);
        return {
          key: row.id,
          className: chosen.has(row.id) ? 'selected' : undefined,
          cells: [
            <input
              key="select"
              type="checkbox"
              aria-label={`Select ${name}`}
              checked={chosen.has(row.id)}
              onChange={() => toggle(row.id)}
            />,
            ...columns.map((column) => cellOf(row, column)),
            ...(canNote && !row.remote
              ? [
                  <button
                    key="edit"
                    type="button"
                    class="plain"
                    aria-label={`Tags and notes of ${name}`}
                    title={row.notes.text || 'Tags and notes'}
                    onClick={() => onEdit(row.id)}
                  >
                    {row.notes.text ? 'Note ✎' : '✎'}
                  </button>,
                ]
              : []),
          ],
        };
      }}
    />
  );
}
