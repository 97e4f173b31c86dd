import { checkFiniteValues, InputError, type MatrixLike, showValue, toMatrix } from '@unbraid/checks';
import { type Csr, checkCsr } from '@unbraid/kernels';
import type { Matrix } from '@unbraid/nn';
import type { StructureOptions } from './structure.ts';
import { type TargetsLike, targetsOf } from './tasks/targets.ts';
import { isKnown, type Targets, type TaskFacts, type TaskName } from './tasks/task.ts';

/** A graph whose nodes have features and labels, as it is computed with. */
export interface NodeGraph extends StructureOptions {
  /** Symmetric unless `directed`; weights of at least 0, 1 as a rule. */
  readonly adjacency: Csr;
  /** A row for each node; a sparse matrix stays sparse. */
  readonly features: Csr | Matrix;
  /** A row for each entry of `adjacency`, in its order, where something is known of edges. */
  readonly edgeFeatures?: Matrix | undefined;
  /** A class for each node, from 0; −1 where it is not known. */
  readonly labels: Int32Array;
  /** How many there are. */
  readonly classes: number;
}

/** A graph in every form that is taken, and what its nodes are to be told: `labels`, or `targets` of several labels and of quantities. Both are to be left out where they are to be predicted. */
export interface NodeGraphLike extends StructureOptions, TargetsLike {
  /**
   * Symmetric unless `directed` (row i, column j is then an edge from i to j); weights of at least 0, 1 as a rule. A self loop has the weight 1 unless
   * `selfLoops` is `keep`.
   */
  readonly adjacency: Csr;
  /** A row for each node: a sparse matrix, which stays sparse, or rows of numbers. */
  readonly features: Csr | MatrixLike;
  /** What is known of edges, for layers that read it: a row of numbers for each entry of `adjacency`, in the order of its rows. */
  readonly edgeFeatures?: MatrixLike | undefined;
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

/** A graph as it is computed with, and what its nodes are to be told. */
export interface TaskGraph extends NodeGraph {
  readonly targets: Targets;
}

/**
 * A graph as it is computed with, checked.
 * @param known the task of a trained model
 * @throws {InputError} in one line, where rows, labels and classes don't fit each other, a feature is NaN or infinite, or a sparse matrix is none
 */
export function graphOf(given: NodeGraphLike, task: TaskName = 'classification', known?: TaskFacts): TaskGraph {
  if (typeof given !== 'object' || given === null)
    throw new InputError(
      'data',
      `gfgn: the graph is ${showValue(given)}; an object with adjacency and features is needed`,
    );
  const { adjacency, directed, selfLoops } = given;
  const nodes = checkCsr(adjacency, 'gfgn: the graph').rows;
  checkWays(given);
  const features = featuresOf(given.features, { rows: nodes, name: 'node' });
  const edgeFeatures = edgeFeaturesOf(given);
  const targets = targetsOf(task, given, { count: nodes, name: 'node' }, known);
  return {
    ...{ adjacency, features, directed, selfLoops, edgeFeatures, targets },
    labels: targets.labels ?? Int32Array.from({ length: nodes }, (_, node) => (isKnown(targets, node) ? 0 : -1)),
    classes: targets.outputs,
  };
}

/** A graph without what its nodes are to be told, which need not be right where nothing is asked of it. */
export function untold(given: NodeGraphLike): NodeGraphLike {
  const { labels: _, targets: __, classes: ___, ...graph } = given ?? {};
  return graph;
}

/** @throws {InputError} for ways to read edges that there aren't */
function checkWays({ directed, selfLoops }: NodeGraphLike): void {
  if (directed !== undefined && typeof directed !== 'boolean')
    throw new InputError('setting', `gfgn: directed is ${showValue(directed)}; true or false is needed`);
  if (selfLoops !== undefined && selfLoops !== 'one' && selfLoops !== 'keep')
    throw new InputError('setting', `gfgn: selfLoops is ${showValue(selfLoops)}; "one" or "keep" is needed`);
}

/**
 * Features of edges as they are computed with.
 * @throws {InputError} `data`, unless there is a row for each entry
 */
export function edgeFeaturesOf({
  edgeFeatures,
  adjacency,
}: Pick<NodeGraphLike, 'edgeFeatures' | 'adjacency'>): Matrix | undefined {
  if (edgeFeatures === undefined) return undefined;
  const matrix = toMatrix('gfgn: edgeFeatures', edgeFeatures);
  const count = adjacency.columns.length;
  if (matrix.rows === count) return matrix;
  throw new InputError(
    'data',
    `gfgn: adjacency has ${count} entries, edgeFeatures have ${matrix.rows} rows; one row for each entry is needed, both of an edge that goes both ways`,
  );
}

/** Features as they are computed with: a row for each of so many nodes. */
export function featuresOf(
  features: NodeGraphLike['features'],
  { rows, name }: { readonly rows: number; readonly name: string },
): Csr | Matrix {
  const isSparse = typeof features === 'object' && features !== null && 'starts' in features;
  const checked = isSparse ? checkCsr(features, 'gfgn: the sparse matrix of features') : toFeatures(features);
  if (checked.rows === rows) return checked;
  throw new InputError(
    'data',
    `gfgn: the graph has ${rows} ${name}s, its features have ${checked.rows} rows; one row for each ${name} is needed`,
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

const PARTS = ['train', 'validation', 'test'] as const satisfies readonly (keyof NodeSplit)[];

/** Nodes, or graphs, as they are computed with. */
export type CheckedSplit = Readonly<Record<keyof NodeSplit, Int32Array>>;

/** @throws {InputError} for nodes that are out of range, in two parts, or used without a label */
export const splitOf = ({ targets }: TaskGraph, split: NodeSplit): CheckedSplit => splitRows(targets, split, 'node');

/** The same of rows of targets that are called `name`. */
export function splitRows(targets: Targets, split: NodeSplit, name: string): CheckedSplit {
  if (typeof split !== 'object' || split === null)
    throw new InputError(
      'data',
      `gfgn: split is ${showValue(split)}; an object with train, validation and test is needed`,
    );
  const owner = new Uint8Array(targets.rows);
  const parts = PARTS.map((part) => [part, rowsOf(`split.${part}`, targets, split[part], name)] as const);
  for (const [at, [part, rows]] of parts.entries()) {
    for (const row of rows) {
      const other = owner[row]! > 0 ? PARTS[owner[row]! - 1] : undefined;
      if (other !== undefined)
        throw new InputError(
          'data',
          other === part
            ? `gfgn: split.${part} has the ${name} ${row} twice`
            : `gfgn: the ${name} ${row} is in split.${other} and in split.${part}`,
        );
      owner[row] = at + 1;
    }
  }
  if (split.train.length === 0) throw new InputError('data', `gfgn: split.train has no ${name}s`);
  return Object.fromEntries(parts) as CheckedSplit;
}

/** @throws {InputError} for nodes that are not there, or whose label is not known */
export const nodesOf = (name: string, { targets }: TaskGraph, nodes: ArrayLike<number>): Int32Array =>
  rowsOf(name, targets, nodes, 'node');

function rowsOf(list: string, targets: Targets, rows: ArrayLike<number>, name: string): Int32Array {
  if (!Array.isArray(rows) && !(ArrayBuffer.isView(rows) && 'length' in rows))
    throw new InputError(
      'data',
      `gfgn: ${list} is ${showValue(rows)}; give the numbers of ${name}s, from 0, as an array`,
    );
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!(Number.isInteger(row) && row >= 0 && row < targets.rows))
      throw new InputError('data', `gfgn: ${list} has the ${name} ${showValue(row)}; there are ${targets.rows}`);
    if (!isKnown(targets, row))
      throw new InputError('data', `gfgn: ${list} has the ${name} ${row}, whose label is not known`);
  }
  return rows instanceof Int32Array ? rows : Int32Array.from(rows);
}
