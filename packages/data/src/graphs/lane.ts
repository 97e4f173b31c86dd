import { InputError, showValue } from '@unbraid/checks';
import { csrFromEntries } from '@unbraid/kernels';
import { classCount } from './class-count.ts';
import type { GraphData } from './graph-data.ts';
import { type MatMatrix, type MatOptions, matEntries } from './mat-matrix.ts';
import { counted, edgeNotes } from './notes.ts';
import { readMat } from './read-mat.ts';
import { undirected } from './undirected.ts';

/**
 * An attributed network in a MATLAB file as LANE has them (Huang, Li and Hu 2017): sparse `Network` and `Attributes`, and a `Label` from 1 for
 * each node. Edges count in both directions; the values of `Network` are their weights. `limit` is that of `readMat`.
 *
 * @throws InputError, one line that names the file and what it lacks, for weights that are not above 0 or not the same in both directions, or as `readMat`.
 */
export async function readLane(
  path: string,
  name: string,
  { limit }: Pick<MatOptions, 'limit'> = {},
): Promise<GraphData> {
  const passedOver: string[] = [];
  const file = await readMat(path, {
    limit,
    onPassedOver: (variable, kind) => passedOver.push(`${variable} (${kind})`),
  });
  const variable = (key: string): MatMatrix => {
    const found = file.get(key);
    if (found) return found;
    const others = passedOver.length > 0 ? `, and passed over ${passedOver.join(', ')}` : '';
    const there = [...file.keys()].join(', ') || 'none';
    throw new InputError('file', `data: ${path} has no matrix ${key}; it has ${there}${others}`);
  };
  const [network, attributes, label] = [variable('Network'), variable('Attributes'), variable('Label')];
  const nodes = network.rows;
  const full = label.sparse ? label.rows * label.cols : label.values.length;
  if (network.cols !== nodes || attributes.rows !== nodes || full !== nodes)
    throw new InputError(
      'file',
      `data: ${path} does not fit: Network ${nodes} × ${network.cols}, Attributes ${attributes.rows} × ${attributes.cols}, Label ${full}`,
    );
  const labels = labelsOf(label, path);
  const edges = matEntries(network);
  const { adjacency, report } = undirected(nodes, edges.rows, edges.columns, `Network of ${path}`, {
    weights: edges.values,
    bothEnds: true,
  });
  const weighted = adjacency.values.some((weight) => weight !== 1);
  const notes = [
    ...edgeNotes(report),
    ...(edges.zeros > 0 ? [`${counted(edges.zeros, 'edge')} of weight 0 left out`] : []),
    ...(weighted ? ['edges have weights other than 1'] : []),
  ];
  const features = csrFromEntries(nodes, attributes.cols, matEntries(attributes), `data: Attributes in ${path}`);
  return { name, adjacency, features, labels, classes: classCount(labels, path, 1), report, notes };
}

function labelsOf({ sparse, values }: MatMatrix, path: string): Int32Array {
  if (sparse) throw new InputError('file', `data: Label in ${path} is sparse; save it as full(Label)`);
  const wrong = values.findIndex((value) => !(Number.isInteger(value) && value >= 1 && value < 2 ** 31));
  if (wrong >= 0)
    throw new InputError(
      'file',
      `data: Label of node ${wrong} in ${path} is ${showValue(values[wrong])}; whole numbers from 1 are needed`,
    );
  return Int32Array.from(values, (value) => value - 1);
}
