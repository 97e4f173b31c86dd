import { checkFiniteValues, InputError } from '@unbraid/checks';
import { type Csr, checkCsr } from '@unbraid/kernels';
import type { Matrix } from '@unbraid/nn';

/** A graph whose nodes have features and labels. */
export interface NodeGraph {
  /** Symmetric; weights of at least 0, 1 as a rule. */
  readonly adjacency: Csr;
  /** A row for each node; a sparse matrix stays sparse. */
  readonly features: Csr | Matrix;
  /** A class for each node, from 0; −1 where it is not known. */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** Nodes by what they are used for. */
export interface NodeSplit {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/**
 * @throws {InputError} in one line, where rows, labels and classes don't fit each other, a feature is NaN or infinite, or a sparse matrix is none
 */
export function checkGraph({ adjacency, features, labels, classes }: NodeGraph): void {
  const nodes = checkCsr(adjacency, 'gfgn: the graph').rows;
  if (features.rows !== nodes)
    throw new InputError(
      'data',
      `gfgn: the graph has ${nodes} nodes, its features have ${features.rows} rows; one row for each node is needed`,
    );
  if ('data' in features) {
    if (features.data.length !== features.rows * features.cols)
      throw new InputError(
        'data',
        `gfgn: features have ${features.data.length} entries, ${features.rows} rows of ${features.cols} take ${features.rows * features.cols}`,
      );
    const { cols } = features;
    const place = (i: number) => `feature ${i % cols} of node ${Math.floor(i / cols)} (counted from 0)`;
    checkFiniteValues('gfgn: features', features.data, 'drop or impute them', place);
  } else checkCsr(features, 'gfgn: the sparse matrix of features');
  if (labels.length !== nodes)
    throw new InputError('data', `gfgn: the graph has ${nodes} nodes and ${labels.length} labels`);
  if (!(Number.isSafeInteger(classes) && classes >= 1))
    throw new InputError('data', `gfgn: classes is ${classes}; a whole number of at least 1 is needed`);
  const wrong = labels.findIndex((label) => !(Number.isInteger(label) && label >= -1 && label < classes));
  if (wrong >= 0)
    throw new InputError(
      'data',
      `gfgn: node ${wrong} has the label ${labels[wrong]}; labels are whole numbers from 0 to ${classes - 1}, or −1 where not known`,
    );
}

const PARTS = ['train', 'validation', 'test'] as const satisfies readonly (keyof NodeSplit)[];

/** @throws {InputError} for nodes that are out of range, in two parts, or used without a label */
export function checkSplit(graph: NodeGraph, split: NodeSplit): void {
  const owner = new Map<number, string>();
  for (const part of PARTS) {
    checkNodes(`split.${part}`, graph, split[part]);
    for (const node of split[part]) {
      const other = owner.get(node);
      if (other !== undefined)
        throw new InputError(
          'data',
          other === part
            ? `gfgn: split.${part} has the node ${node} twice`
            : `gfgn: the node ${node} is in split.${other} and in split.${part}`,
        );
      owner.set(node, part);
    }
  }
  if (split.train.length === 0) throw new InputError('data', 'gfgn: split.train has no nodes');
}

/** @throws {InputError} for nodes that are not there, or whose label is not known */
export function checkNodes(name: string, { labels }: NodeGraph, nodes: Int32Array): void {
  if (!(nodes instanceof Int32Array))
    throw new InputError('data', `gfgn: ${name} is not an Int32Array; give the numbers of nodes, from 0, as one`);
  for (const node of nodes) {
    if (!(node >= 0 && node < labels.length))
      throw new InputError('data', `gfgn: ${name} has the node ${node}; there are ${labels.length}`);
    if (labels[node] === -1)
      throw new InputError('data', `gfgn: ${name} has the node ${node}, whose label is not known`);
  }
}
