import { checkFiniteValues, InputError, type MatrixLike, showValue, toLabels, toMatrix } from '@unbraid/checks';
import { type Csr, checkCsr } from '@unbraid/kernels';
import type { Matrix } from '@unbraid/nn';

/** A graph whose nodes have features and labels, as it is computed with. */
export interface NodeGraph {
  /** Symmetric; weights of at least 0, 1 as a rule. */
  readonly adjacency: Csr;
  /** A row for each node; a sparse matrix stays sparse. */
  readonly features: Csr | Matrix;
  /** A class for each node, from 0; −1 where it is not known. */
  readonly labels: Int32Array;
  /** How many there are. */
  readonly classes: number;
}

/** A graph in every form that is taken. */
export interface NodeGraphLike {
  /** Symmetric; weights of at least 0, 1 as a rule. */
  readonly adjacency: Csr;
  /** A row for each node: a sparse matrix, which stays sparse, or rows of numbers. */
  readonly features: Csr | MatrixLike;
  /**
   * A class for each node: a whole number from 0, −1 where it is not known, or a name, null where it is not known. To be left out where classes are
   * to be predicted.
   */
  readonly labels?: ArrayLike<number> | readonly (string | null)[];
  /** How many classes there are, or their names in order. By default one more than the largest label, or the names that occur, sorted. */
  readonly classes?: number | readonly string[];
}

/** Nodes by what they are used for, by their numbers from 0. */
export interface NodeSplit {
  /** Whose labels are learnt. */
  readonly train: ArrayLike<number>;
  /** By which the best epoch is chosen; may be empty. */
  readonly validation: ArrayLike<number>;
  /** On which the result is measured; may be empty. */
  readonly test: ArrayLike<number>;
}

/** A graph, and the names of its classes where they have some. */
export type NamedGraph = NodeGraph & { readonly names?: readonly string[] | undefined };

/**
 * A graph as it is computed with, checked.
 * @param known classes of a trained model
 * @throws {InputError} in one line, where rows, labels and classes don't fit each other, a feature is NaN or infinite, or a sparse matrix is none
 */
export function graphOf(
  given: NodeGraphLike,
  known?: { readonly classes: number; readonly names?: readonly string[] | undefined },
): NamedGraph {
  if (typeof given !== 'object' || given === null)
    throw new InputError(
      'data',
      `gfgn: the graph is ${showValue(given)}; an object with adjacency and features is needed`,
    );
  const { adjacency } = given;
  const nodes = checkCsr(adjacency, 'gfgn: the graph').rows;
  const features = featuresOf(given.features, nodes);
  const { labels, names } = labelsOf(given, nodes, known?.names);
  const classes =
    typeof given.classes === 'number' ? given.classes : (names?.length ?? known?.classes ?? countOf(labels));
  checkLabels(labels, classes);
  return { adjacency, features, labels, classes, ...(names && { names }) };
}

function featuresOf(features: NodeGraphLike['features'], nodes: number): Csr | Matrix {
  const isSparse = typeof features === 'object' && features !== null && 'starts' in features;
  const checked = isSparse ? checkCsr(features, 'gfgn: the sparse matrix of features') : toFeatures(features);
  if (checked.rows === nodes) return checked;
  throw new InputError(
    'data',
    `gfgn: the graph has ${nodes} nodes, its features have ${checked.rows} rows; one row for each node is needed`,
  );
}

/** A matrix is checked here, since an error names features and nodes. */
function toFeatures(features: unknown): Matrix {
  const { data, rows, cols } = (features ?? {}) as Partial<Matrix>;
  if (!(data instanceof Float32Array) || data.length !== Number(rows) * Number(cols))
    return toMatrix('gfgn: features', features);
  const place = (i: number) => `feature ${i % cols!} of node ${Math.floor(i / cols!)} (counted from 0)`;
  checkFiniteValues('gfgn: features', data, 'drop or impute them', place);
  return features as Matrix;
}

function labelsOf(
  { labels, classes }: NodeGraphLike,
  nodes: number,
  known: readonly string[] | undefined,
): { labels: Int32Array; names?: readonly string[] | undefined } {
  const names = known ?? (typeof classes === 'object' ? classes : undefined);
  if (labels === undefined) return { labels: new Int32Array(nodes).fill(-1), names };
  if (typeof labels !== 'object' || labels === null || typeof labels.length !== 'number')
    throw new InputError('data', `gfgn: labels are ${showValue(labels)}; give a class for each node`);
  if (labels.length !== nodes)
    throw new InputError('data', `gfgn: the graph has ${nodes} nodes and ${labels.length} labels`);
  if (Array.prototype.some.call(labels, (label) => typeof label === 'string'))
    return namedLabels(labels as readonly (string | null)[], names);
  const wrong = Array.prototype.findIndex.call(labels, (label) => !(Number.isInteger(label) && label >= -1));
  if (wrong < 0)
    return { labels: labels instanceof Int32Array ? labels : Int32Array.from(labels as ArrayLike<number>), names };
  throw new InputError(
    'data',
    `gfgn: node ${wrong} has the label ${showValue(labels[wrong])}; labels are whole numbers from 0, −1 where not known, or names`,
  );
}

function namedLabels(labels: readonly (string | null)[], names: readonly string[] | undefined) {
  const told = labels.filter((label) => label !== null);
  const { labels: numbers, classes } = toLabels('gfgn: labels', told, { classes: names });
  let at = 0;
  return { labels: Int32Array.from(labels, (label) => (label === null ? -1 : numbers[at++]!)), names: classes };
}

const countOf = (labels: Int32Array): number => labels.reduce((most, label) => Math.max(most, label + 1), 1);

function checkLabels(labels: Int32Array, classes: number): void {
  if (!(Number.isSafeInteger(classes) && classes >= 1))
    throw new InputError('data', `gfgn: classes is ${classes}; a whole number of at least 1 is needed`);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong < 0) return;
  throw new InputError(
    'data',
    `gfgn: node ${wrong} has the label ${labels[wrong]}; labels are whole numbers from 0 to ${classes - 1}, or −1 where not known`,
  );
}

const PARTS = ['train', 'validation', 'test'] as const satisfies readonly (keyof NodeSplit)[];

/** Nodes as they are computed with. */
export type CheckedSplit = Readonly<Record<keyof NodeSplit, Int32Array>>;

/** @throws {InputError} for nodes that are out of range, in two parts, or used without a label */
export function splitOf(graph: NodeGraph, split: NodeSplit): CheckedSplit {
  const owner = new Map<number, string>();
  const parts = PARTS.map((part) => [part, nodesOf(`split.${part}`, graph, split[part])] as const);
  for (const [part, nodes] of parts) {
    for (const node of nodes) {
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
  return Object.fromEntries(parts) as CheckedSplit;
}

/** @throws {InputError} for nodes that are not there, or whose label is not known */
export function nodesOf(name: string, { labels }: NodeGraph, nodes: ArrayLike<number>): Int32Array {
  if (!Array.isArray(nodes) && !(ArrayBuffer.isView(nodes) && 'length' in nodes))
    throw new InputError(
      'data',
      `gfgn: ${name} is ${showValue(nodes)}; give the numbers of nodes, from 0, as an array`,
    );
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]!;
    if (!(Number.isInteger(node) && node >= 0 && node < labels.length))
      throw new InputError('data', `gfgn: ${name} has the node ${showValue(node)}; there are ${labels.length}`);
    if (labels[node] === -1)
      throw new InputError('data', `gfgn: ${name} has the node ${node}, whose label is not known`);
  }
  return nodes instanceof Int32Array ? nodes : Int32Array.from(nodes);
}
