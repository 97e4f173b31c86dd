import { parse } from 'csv-parse/sync';
import { readBytes } from '../read-bytes.ts';
import { readTable } from '../read-table.ts';
import type { ColumnKey } from '../table.ts';
import type { GraphData } from './graph-data.ts';
import { undirected } from './undirected.ts';

export interface EdgeListOptions {
  /** A text file with a pair of nodes in each line, separated by a comma, a tab or blanks; lines that begin with `#` are passed over. */
  readonly edges: string;
  /** A CSV or TSV file with a row for each node: numbers, and the class in the column `label`. */
  readonly nodes: string;
  /** Default `label`. */
  readonly label?: ColumnKey;
  /** The column that holds what the edges call a node; without it that is the number of its row, from 0. */
  readonly id?: string;
  /** Default: the path of `nodes`. */
  readonly name?: string;
}

/**
 * A graph of your own, from a list of edges and a table of features.
 *
 * @throws one line that names the file and the line, for a node that is not in the table or a line that is not a pair, or as `readTable`.
 */
export async function readEdgeList({
  edges,
  nodes,
  label = 'label',
  id,
  name = nodes,
}: EdgeListOptions): Promise<GraphData> {
  const { x, columns, labels, classes } = await readTable(nodes, { label });
  const idColumn = id === undefined ? -1 : columns.indexOf(id);
  if (id !== undefined && idColumn < 0)
    throw new Error(`data: ${nodes} has no column "${id}"; it has ${columns.join(', ')}`);
  const ids = new Map<string, number>();
  for (let row = 0; row < x.rows; row++) ids.set(String(idColumn < 0 ? row : x.data[row * x.cols + idColumn]), row);
  if (ids.size < x.rows)
    throw new Error(
      `data: ${x.rows - ids.size} values of "${id}" in ${nodes} are there twice; each node needs its own`,
    );
  const pairs = parsePairs(await readBytes(edges), edges);
  const numberOf = (node: string, line: number): number => {
    const found = ids.get(node);
    if (found !== undefined) return found;
    throw new Error(`data: line ${line} of ${edges} names the node ${node}, which ${nodes} does not have`);
  };
  const sources = pairs.map(({ ends: [from], line }) => numberOf(from, line));
  const targets = pairs.map(({ ends: [, to], line }) => numberOf(to, line));
  const { adjacency, report } = undirected(x.rows, sources, targets, edges);
  const kept = columns.map((_, j) => j).filter((j) => j !== idColumn);
  const data = new Float32Array(x.rows * kept.length);
  for (let row = 0; row < x.rows; row++) {
    for (const [j, column] of kept.entries()) data[row * kept.length + j] = x.data[row * x.cols + column]!;
  }
  return {
    name,
    adjacency,
    features: { data, rows: x.rows, cols: kept.length },
    labels: labels!,
    classes: classes!.length,
    report,
  };
}

interface Pair {
  readonly ends: readonly [string, string];
  readonly line: number;
}

/** A header, two names that are no numbers, is passed over. */
function parsePairs(bytes: Uint8Array, path: string): Pair[] {
  const records = parse(Buffer.from(bytes), {
    delimiter: [',', '\t', ' '],
    comment: '#',
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  }) as unknown as { record: string[]; info: { lines: number } }[];
  const pairs = records.map(({ record, info }) => ({ ends: record.filter((entry) => entry !== ''), line: info.lines }));
  const wrong = pairs.find(({ ends }) => ends.length !== 2);
  if (wrong)
    throw new Error(`data: line ${wrong.line} of ${path} has ${wrong.ends.length} entries; a pair of nodes is needed`);
  const header = pairs[0]?.ends.every((end) => Number.isNaN(Number(end)));
  return (header ? pairs.slice(1) : pairs) as unknown as Pair[];
}
