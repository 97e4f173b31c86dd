import { InputError, showValue } from '@unbraid/checks';
import { readBytes } from '../read-bytes.ts';
import { readTable } from '../read-table.ts';
import type { ColumnKey } from '../table.ts';
import { edgeLines } from './edge-lines.ts';
import type { GraphData } from './graph-data.ts';
import { edgeNotes } from './notes.ts';
import { undirected } from './undirected.ts';

export interface EdgeListOptions {
  /**
   * A text file with a pair of nodes in each line, separated by tabs, commas, semicolons or blanks; lines that begin with `#` or `%` are passed
   * over.
   */
  readonly edges: string;
  /** A CSV or TSV file with a row for each node: numbers, and the class in the column `label`. */
  readonly nodes: string;
  /** Default `label`. */
  readonly label?: ColumnKey;
  /**
   * The column that holds what the edges call a node, as any text: it is compared letter by letter. Without it that is the number of its row, from 0.
   */
  readonly id?: string;
  /** Whether the first line of `edges` is a header. Default: it is one if it names no node and neither of its names is a number. */
  readonly header?: boolean;
  /** Whether each line of `edges` ends with a weight, a number above 0. Default false. */
  readonly weighted?: boolean;
  /** Default: the path of `nodes`. */
  readonly name?: string;
}

/**
 * A graph of your own, from a list of edges and a table of features. Edges count in both directions.
 *
 * @throws InputError, one line that names the file and the line, for a node that is not in the table, a line that is not a pair, a weight that is not finite
 *   and above 0, an edge with two weights, or as `readTable`.
 */
export async function readEdgeList(options: EdgeListOptions): Promise<GraphData> {
  const { edges, nodes, label = 'label', id, header, weighted = false, name = nodes } = options;
  const { x, labels, classes, ids } = await readTable(nodes, { label, ...(id === undefined ? {} : { id }) });
  const rowOf = rowsByName(ids ?? Array.from({ length: x.rows }, (_, row) => String(row)), `"${id}" in ${nodes}`);
  const isHeader = (...ends: [string, string]) =>
    header ?? ends.every((end) => !rowOf.has(end) && Number.isNaN(Number(end)));
  const list = edgeLines(await readBytes(edges), edges, weighted, isHeader);
  const rowsOf = (end: 'from' | 'to') =>
    Int32Array.from(list.lines, (line) => {
      const row = rowOf.get(line[end]);
      if (row !== undefined) return row;
      const asked = /^[\w.-]{1,40}$/.test(line[end]) ? line[end] : showValue(line[end]);
      throw new InputError(
        'file',
        `data: line ${line.number} of ${edges} names the node ${asked}, which ${nodes} does not have`,
      );
    });
  const weights = Float32Array.from(list.lines, ({ weight }) => weight);
  const { adjacency, report } = undirected(x.rows, rowsOf('from'), rowsOf('to'), edges, { weights });
  const notes = [
    ...(list.header === undefined ? [] : [`first line of edges, ${showValue(list.header)}, taken as a header`]),
    ...edgeNotes(report),
  ];
  return { name, adjacency, features: x, labels: labels!, classes: classes!.length, report, notes };
}

function rowsByName(names: readonly string[], column: string): Map<string, number> {
  const rows = new Map<string, number>();
  for (const [row, name] of names.entries()) {
    if (name === '')
      throw new InputError('file', `data: row ${row} (counted from 0) of ${column} is empty; each node needs a name`);
    if (!rows.has(name)) rows.set(name, row);
  }
  const twice = names.find((name, row) => rows.get(name) !== row);
  if (twice === undefined) return rows;
  throw new InputError(
    'file',
    `data: ${names.length - rows.size} values of ${column} are there twice, first ${showValue(twice)}; each node needs its own`,
  );
}
