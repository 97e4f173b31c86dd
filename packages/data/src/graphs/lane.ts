import { type Csr, csrFromEntries } from '@unbraid/kernels';
import type { GraphData } from './graph-data.ts';
import { type MatMatrix, readMat } from './mat-file.ts';
import { undirected } from './undirected.ts';

/**
 * An attributed network in a MATLAB file as LANE has them (Huang, Li and Hu 2017): sparse `Network` and `Attributes`, and a `Label` from 1 for
 * each node.
 *
 * @throws one line that names the file and what it lacks, or as `readMat`.
 */
export async function readLane(path: string, name: string): Promise<GraphData> {
  const file = await readMat(path);
  const variable = (key: string): MatMatrix => {
    const found = file.get(key);
    if (found) return found;
    throw new Error(`data: ${path} has no matrix ${key}; it has ${[...file.keys()].join(', ') || 'none'}`);
  };
  const [network, attributes, label] = [variable('Network'), variable('Attributes'), variable('Label')];
  const nodes = network.rows;
  const labelled = label.values.length;
  if (network.cols !== nodes || attributes.rows !== nodes || labelled !== nodes)
    throw new Error(
      `data: ${path} does not fit: Network ${nodes} × ${network.cols}, Attributes ${attributes.rows} × ${attributes.cols}, Label ${labelled}`,
    );
  const labels = Int32Array.from(label.values, (value) => value - 1);
  const wrong = labels.findIndex((value, i) => value < 0 || value + 1 !== label.values[i]);
  if (wrong >= 0)
    throw new Error(
      `data: Label of node ${wrong} in ${path} is ${label.values[wrong]}; whole numbers from 1 are needed`,
    );
  const { rows, columns } = entriesOf(network);
  // The matrix has each edge in both directions: it counts once, whichever of them are there.
  const least = rows.map((row, e) => Math.min(row, columns[e]!));
  const largest = rows.map((row, e) => Math.max(row, columns[e]!));
  const once = csrFromEntries(nodes, nodes, { rows: least, columns: largest });
  const sources = new Int32Array(once.columns.length);
  for (let node = 0; node < nodes; node++) sources.fill(node, once.starts[node], once.starts[node + 1]);
  const { adjacency, report } = undirected(nodes, sources, once.columns, path);
  return {
    name,
    adjacency,
    features: toCsr(attributes),
    labels,
    classes: labels.reduce((most, x) => Math.max(most, x + 1), 0),
    report,
  };
}

function entriesOf({ rows, cols, values, sparse }: MatMatrix): {
  rows: Int32Array;
  columns: Int32Array;
  values: Float64Array;
} {
  if (!sparse) {
    const at = Array.from(values.keys()).filter((i) => values[i] !== 0);
    return {
      rows: Int32Array.from(at, (i) => i % rows),
      columns: Int32Array.from(at, (i) => Math.floor(i / rows)),
      values: Float64Array.from(at, (i) => values[i]!),
    };
  }
  const columns = new Int32Array(sparse.rows.length);
  for (let column = 0; column < cols; column++) columns.fill(column, sparse.starts[column], sparse.starts[column + 1]);
  return { rows: sparse.rows, columns, values };
}

const toCsr = (matrix: MatMatrix): Csr => csrFromEntries(matrix.rows, matrix.cols, entriesOf(matrix));
