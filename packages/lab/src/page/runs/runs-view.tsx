import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { RunRow } from '../../api.ts';
import { NotesDialog } from '../notes/notes-dialog.tsx';
import { setQuery } from '../router.ts';
import { lab, listState, runs } from '../store.ts';
import { Loading, Problem } from '../ui/parts.tsx';
import { formatSort } from '../ui/sort-head.tsx';
import { plural } from '../values/format.ts';
import { ColumnChooser } from './column-chooser.tsx';
import { type Column, columnsOf, findColumn } from './columns.ts';
import { parseFilter } from './filter.ts';
import { FilterField } from './filter-field.tsx';
import { groupRows, sortGroups, sortRows } from './group.ts';
import { GroupChooser } from './group-chooser.tsx';
import { GroupsTable } from './groups-table.tsx';
import { useListState } from './list-state.ts';
import { RunsTable } from './runs-table.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { suitingColumns } from './suiting-columns.ts';

/** The list of runs: filtered, sorted, grouped. */
export function RunsView() {
  const state = useListState();
  const editing = useSignal<string | undefined>(undefined);
  const all = useMemo(() => [...runs.value.values()], [runs.value]);
  const columns = useMemo(() => columnsOf(all), [all]);
  const filter = useMemo(() => parseFilter(state.filter, columns), [state.filter, columns]);
  const rows = useMemo(() => all.filter(filter.matches), [all, filter]);
  const by = state.group.flatMap((key) => findColumn(columns, key) ?? []);
  const shown = useMemo(
    () => state.columns?.flatMap((key) => findColumn(columns, key) ?? []) ?? suitingColumns(rows, columns),
    [state.columns?.join(), columns, rows],
  );
  useEffect(() => {
    document.title = 'Runs · Unbraid lab';
  }, []);
  const { ready, error } = listState.value;
  const edited = editing.value === undefined ? undefined : runs.value.get(editing.value);

  return (
    <section class="list">
      <div class="heading">
        <h1>Runs</h1>
        <p class="quiet count" aria-live="polite">
          {ready &&
            (rows.length === all.length ? plural(all.length, 'run') : `${rows.length} of ${plural(all.length, 'run')}`)}
        </p>
      </div>
      <Problem error={error} />
      <div class="bar">
        <FilterField text={state.filter} errors={filter.errors} />
        <GroupChooser columns={columns} by={by} rows={rows} />
        <ColumnChooser columns={columns} shown={shown} chosen={state.columns !== undefined} />
      </div>
      <SelectionBar selected={state.selected.flatMap((id) => runs.value.get(id) ?? [])} />
      {!ready && !error && <Loading what="the runs" />}
      {ready && all.length === 0 && <Empty />}
      {ready && all.length > 0 && rows.length === 0 && <p class="quiet">No run passes the filter.</p>}
      {rows.length > 0 && (
        <List
          rows={rows}
          columns={shown}
          by={by}
          state={state}
          all={columns}
          onEdit={(id) => {
            editing.value = id;
          }}
        />
      )}
      {edited && (
        <NotesDialog
          row={edited}
          onClose={() => {
            editing.value = undefined;
          }}
        />
      )}
    </section>
  );
}

interface ListProps {
  readonly rows: readonly RunRow[];
  readonly columns: readonly Column[];
  readonly all: readonly Column[];
  readonly by: readonly Column[];
  readonly state: ReturnType<typeof useListState>;
  readonly onEdit: (id: string) => void;
}

function List({ rows, columns, all, by, state, onEdit }: ListProps) {
  const { key, direction } = state.sort;
  const sorted = findColumn(all, key);
  const onSort = (column: Column) => {
    const first = column.of === 'run' && column.key !== 'started' ? 1 : -1;
    const next = sorted?.key === column.key ? (direction === 1 ? -1 : 1) : first;
    setQuery({ sort: formatSort({ key: column.key, direction: next }) });
  };
  const grouping = by.length > 0;
  const byKey = by.map((column) => column.key).join();
  const groups = useMemo(() => {
    const found = grouping ? groupRows(rows, by) : [];
    return sorted ? sortGroups(found, sorted, direction) : found;
  }, [rows, byKey, sorted?.key, direction]);
  const inOrder = useMemo(
    () => (sorted && !grouping ? sortRows(rows, sorted, direction) : rows),
    [rows, sorted?.key, direction, grouping],
  );
  const sort = { column: sorted?.key, direction, onSort };
  if (grouping) return <GroupsTable groups={groups} by={by} columns={columns} sort={sort} filter={state.filter} />;
  return <RunsTable rows={inOrder} columns={columns} sort={sort} selected={state.selected} onEdit={onEdit} />;
}

function Empty() {
  const { places = [], database } = lab.value ?? {};
  if (places.length === 0 && database)
    return (
      <p>
        There are no runs in {database.address}. Runs that are given to it appear by themselves:{' '}
        <code>npx unbraid run gfgn/dimensions --on {database.address}</code>
      </p>
    );
  const canStart = lab.value?.canStart && !lab.value.readOnly;
  return (
    <p>
      There are no runs in {places.join(', ') || 'the folders that are shown'} yet.{' '}
      {canStart ? (
        <>
          <a href="#/start">Start one</a>, or in a shell:
        </>
      ) : (
        'Runs appear by themselves:'
      )}{' '}
      <code>npx unbraid run galu/memorize --preset short</code>
    </p>
  );
}
