import { checkSettings, flag, InputError, oneOf, showValue, text } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import * as z from 'zod';
import { createGrowing } from '../growing.ts';
import { readTable } from '../read-table.ts';
import type { ColumnKey } from '../table.ts';
import { edgeLines } from './edge-lines.ts';
import type { GraphData } from './graph-data.ts';
import { counted, edgeNotes } from './notes.ts';
import { undirected } from './undirected.ts';

/** How an edge list is read. */
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
  /**
   * What is done about a node without a class or another entry: it is refused, which is the default, or left out, with the edges of nodes that are not in the
   * table; `notes` counts both. Needs `id`, since numbers of rows would be others then.
   */
  readonly missing?: 'refuse' | 'drop';
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
  const {
    edges,
    nodes,
    label,
    id,
    header,
    weighted,
    missing,
    name = nodes,
  } = checkSettings('data: readEdgeList', schema, options);
  if (missing === 'drop' && id === undefined)
    throw new InputError('setting', 'data: readEdgeList can drop nodes only where "id" names them; give the column');
  const { x, labels, classes, ids, dropped } = await readTable(nodes, { label, id, missing });
  const rowOf = rowsByName(ids ?? Array.from({ length: x.rows }, (_, row) => String(row)), `"${id}" in ${nodes}`);
  let passedOver: string | undefined;
  let without = 0;
  const isHeader = (from: string, to: string, line: string) => {
    const is = header ?? [from, to].every((end) => !rowOf.has(end) && Number.isNaN(Number(end)));
    if (is) passedOver = line;
    return is;
  };
  const [sources, targets] = [0, 1].map(() => createGrowing((length) => new Int32Array(length)));
  const weights = createGrowing((length) => new Float32Array(length));
  for (const line of edgeLines(await readBytes(edges), edges, weighted, isHeader)) {
    const row = (end: string): number => {
      const found = rowOf.get(end);
      if (found !== undefined) return found;
      if (dropped > 0) return ABSENT;
      const asked = /^[\w.-]{1,40}$/.test(end) ? end : showValue(end);
      throw new InputError(
        'file',
        `data: line ${line.number} of ${edges} names the node ${asked}, which ${nodes} does not have`,
      );
    };
    const [from, to] = [row(line.from), row(line.to)];
    if (from === ABSENT || to === ABSENT) {
      without++;
      continue;
    }
    sources!.push(from);
    targets!.push(to);
    weights.push(line.weight);
  }
  const from = sources!.finish();
  if (from.length === 0) throw new InputError('file', `data: ${edges} has no edges`);
  const { adjacency, report } = undirected(x.rows, from, targets!.finish(), edges, { weights: weights.finish() });
  const notes = [
    ...(passedOver === undefined ? [] : [`first line of edges, ${showValue(passedOver)}, taken as a header`]),
    ...(dropped > 0 ? [`${counted(dropped, 'node')} with a missing entry left out`] : []),
    ...(without > 0 ? [`${counted(without, 'edge')} of nodes that are not in the table left out`] : []),
    ...edgeNotes(report),
  ];
  return { name, adjacency, features: x, labels: labels!, classes: classes!.length, report, notes };
}

const schema = z.object({
  edges: text(),
  nodes: text(),
  label: z.union([z.string(), z.number()], "a column's name, or its number from 0").default('label'),
  id: text().optional(),
  header: flag().optional(),
  weighted: flag().default(false),
  missing: oneOf('refuse', 'drop').default('refuse'),
  name: text().optional(),
});

/** The row of a node that is not in the table. */
const ABSENT = -1;

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
