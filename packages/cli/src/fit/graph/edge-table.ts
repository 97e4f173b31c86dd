import { basename } from 'node:path';
import { InputError, showValue } from '@unbraid/checks';
import { undirected } from '@unbraid/data';
import type { Csr } from '@unbraid/kernels';
import { type Column, type DataTable, readDataTable } from '@unbraid/table';
import { columnOf, textsOf } from './node-table.ts';
import type { GraphSettings } from './settings.ts';

/** Edges between nodes of a table. */
export interface EdgeTable {
  /** Symmetric, without self loops. */
  readonly adjacency: Csr;
  /** How many there are, each counted once. */
  readonly edges: number;
  /** What was left out or merged, a line each. */
  readonly notices: readonly string[];
}

type Files = Pick<GraphSettings, 'edges' | 'from' | 'to' | 'weight' | 'nodes'>;

/**
 * Reads the edges and finds their nodes. An edge counts in both directions.
 * @throws {InputError} in one line, for a node that isn't in the table, an entry that is missing, a weight that is not above 0, and a file without edges
 */
export async function readEdges(
  settings: Files,
  ids: readonly string[],
  onWarning: (line: string) => void,
): Promise<EdgeTable> {
  const { edges: path, nodes, weight } = settings;
  const table = await read(settings, onWarning);
  const [from, to] = endsOf(table, settings);
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const [sources, targets] = [from, to].map((column) => {
    return Int32Array.from(textsOf(column, path), (id, row) => {
      const where = `${showValue(column.name)} of ${basename(path)}`;
      if (id === undefined)
        throw new InputError('data', `fit: ${where} is missing at row ${row} (counted from 0); an edge has two nodes`);
      const node = rowOf.get(id);
      if (node !== undefined) return node;
      throw new InputError(
        'data',
        `fit: ${where} names the node ${showValue(id)} at row ${row} (counted from 0), which ${basename(nodes)} does not have`,
      );
    });
  }) as [Int32Array, Int32Array];
  if (sources.length === 0) throw new InputError('data', `fit: ${basename(path)} has no edges`);
  const weights = weight === '' ? undefined : weightsOf(columnOf(table, weight, '--weight', path), path);
  const { adjacency, report } = undirected(ids.length, sources, targets, basename(path), weights && { weights });
  if (report.edges === 0)
    throw new InputError('data', `fit: all edges of ${basename(path)} lead from a node to itself; others are needed`);
  return { adjacency, edges: report.edges, notices: noticesOf(report, adjacency) };
}

/** Both ends are read as texts; which columns they are is known only when the names of all are. */
async function read({ edges: path, from, to, weight }: Files, onWarning: (line: string) => void): Promise<DataTable> {
  const first = await readDataTable(path, { onWarning: () => {} });
  const [one, other] = endsOf(first, { edges: path, from, to, weight });
  if (weight !== '') columnOf(first, weight, '--weight', path);
  const columns = [...new Set([one.name, other.name, ...(weight === '' ? [] : [weight])])];
  return readDataTable(path, { columns, kinds: { [one.name]: 'text', [other.name]: 'text' }, onWarning });
}

function endsOf(table: DataTable, { edges: path, from, to, weight }: Omit<Files, 'nodes'>): readonly [Column, Column] {
  const rest = table.columns.filter(({ name }) => ![from, to, weight].includes(name));
  const one = from === '' ? rest.shift() : columnOf(table, from, '--from', path);
  const other = to === '' ? rest.shift() : columnOf(table, to, '--to', path);
  if (one && other && one !== other) return [one, other];
  throw new InputError(
    'data',
    `fit: ${basename(path)} has ${table.columns.length === 1 ? 'one column' : `${table.columns.length} columns`}; edges need two columns of nodes, which --from and --to name`,
  );
}

function weightsOf(column: Column, path: string): Float64Array {
  const where = `--weight ${showValue(column.name)}: ${basename(path)}`;
  if (column.kind !== 'number') throw new InputError('setting', `fit: ${where} has no numbers there`);
  const wrong = column.values.findIndex((value) => !(value > 0 && value < Number.POSITIVE_INFINITY));
  if (wrong < 0) return column.values;
  throw new InputError(
    'data',
    `fit: ${where} has ${column.values[wrong]} at row ${wrong} (counted from 0); a number above 0 is needed`,
  );
}

function noticesOf(report: ReturnType<typeof undirected>['report'], { starts }: Csr): string[] {
  let alone = 0;
  for (let node = 0; node + 1 < starts.length; node++) alone += Number(starts[node] === starts[node + 1]);
  const { selfLoops, repeated } = report;
  return [
    ...(selfLoops > 0
      ? [`${counted(selfLoops, 'edge')} from a node to itself left out; every node counts itself anyway`]
      : []),
    ...(repeated > 0
      ? [`${counted(repeated, 'edge')} there again, in this direction or the other; each counts once`]
      : []),
    ...(alone > 0 ? [`${counted(alone, 'node')} without an edge: judged by their own columns`] : []),
  ];
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
