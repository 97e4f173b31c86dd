import { InputError, type MatrixLike, showValue } from '@unbraid/checks';
import { type Csr, checkCsr, createCsr } from '@unbraid/kernels';
import type { Matrix } from '@unbraid/nn';
import { edgesInOrder } from '../graphs/edge-rows.ts';
import { edgeFeaturesOf, featuresOf } from '../node-graph.ts';
import { type Structure, type StructureOptions, structureOf } from '../structure.ts';

/** One graph of several. */
export interface GraphLike {
  /** As in `NodeGraphLike`. */
  readonly adjacency: Csr;
  /** A row for each node, of the same width in all graphs, and sparse in all or in none. */
  readonly features: Csr | MatrixLike;
  /** As in `NodeGraphLike`, of the same width in all graphs that have edges, or in none. */
  readonly edgeFeatures?: MatrixLike | undefined;
}

/** Graphs beside each other as one that is in pieces. */
export interface Union {
  readonly structure: Structure;
  readonly features: Csr | Matrix;
  /** A row for each entry of `structure.open`, where something is known of edges. */
  readonly edges: Matrix | undefined;
  /** Where the nodes of each graph begin, and the end. */
  readonly bounds: Int32Array;
}

/**
 * The block-diagonal graph of some graphs.
 * @throws {InputError} `data`, naming the graph, where one isn't as `NodeGraphLike` says, or has features of another width or kind than the first
 */
export function unionOf(graphs: readonly GraphLike[], options: StructureOptions): Union {
  if (!Array.isArray(graphs) || graphs.length === 0)
    throw new InputError('data', `gfgn: graphs are ${showValue(graphs)}; give a list of at least one`);
  const bounds = new Int32Array(graphs.length + 1);
  const parts = graphs.map((graph, i) => {
    if (typeof graph !== 'object' || graph === null)
      throw new InputError(
        'data',
        `gfgn: graph ${i} is ${showValue(graph)}; an object with adjacency and features is needed`,
      );
    const adjacency = checkCsr(graph.adjacency, `gfgn: graph ${i}`);
    const features = inGraph(i, () => featuresOf(graph.features, { rows: adjacency.rows, name: 'node' }));
    inGraph(i, () => structureOf(adjacency, options));
    // A graph without edges may leave out what there is nothing to say of.
    const edges = adjacency.columns.length > 0 ? inGraph(i, () => edgeFeaturesOf(graph)) : undefined;
    bounds[i + 1] = bounds[i]! + adjacency.rows;
    return { adjacency, features, edges };
  });
  const [{ features: first }] = parts as [(typeof parts)[0]];
  const stray = parts.findIndex(
    ({ features }) => features.cols !== first.cols || 'data' in features !== 'data' in first,
  );
  if (stray >= 0)
    throw new InputError(
      'data',
      `gfgn: graph ${stray} has ${kindOf(parts[stray]!.features)}, graph 0 has ${kindOf(first)}; all need the same`,
    );
  const adjacency = stacked(
    parts.map((part) => part.adjacency),
    bounds,
  );
  const structure = structureOf(adjacency, options);
  return {
    structure,
    edges: edgesInOrder(edgesBeside(parts), structure),
    features: featuresBeside(
      parts.map(({ features }) => features),
      bounds,
    ),
    bounds,
  };
}

/** @throws {InputError} `data`, naming the graph, where one has edges and other features of them than the first with edges */
function edgesBeside(
  parts: readonly { readonly adjacency: Csr; readonly edges: Matrix | undefined }[],
): Matrix | undefined {
  const first = parts.findIndex(({ adjacency }) => adjacency.columns.length > 0);
  if (first < 0) return undefined;
  const width = parts[first]!.edges?.cols;
  const stray = parts.findIndex(({ adjacency, edges }) => adjacency.columns.length > 0 && edges?.cols !== width);
  if (stray >= 0)
    throw new InputError(
      'data',
      `gfgn: graph ${stray} has ${parts[stray]!.edges?.cols ?? 'no'} features of edges, graph ${first} has ${width ?? 'none'}; all need the same`,
    );
  if (width === undefined) return undefined;
  const rows = parts.reduce((sum, { edges }) => sum + (edges?.rows ?? 0), 0);
  const data = new Float32Array(rows * width);
  let at = 0;
  for (const { edges } of parts) {
    if (!edges) continue;
    data.set(edges.data, at);
    at += edges.data.length;
  }
  return { data, rows, cols: width };
}

const kindOf = (features: Csr | Matrix): string =>
  `${features.cols} ${'data' in features ? 'dense' : 'sparse'} features`;

/** Says in which graph something is wrong. */
function inGraph<T>(i: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.code, `${error.message} (graph ${i}, counted from 0)`, { cause: error });
  }
}

function featuresBeside(features: readonly (Csr | Matrix)[], bounds: Int32Array): Csr | Matrix {
  const { cols } = features[0]!;
  if (!('data' in features[0]!)) return stacked(features as readonly Csr[], bounds, cols);
  const data = new Float32Array(bounds.at(-1)! * cols);
  for (const [i, matrix] of features.entries()) data.set((matrix as Matrix).data, bounds[i]! * cols);
  return { data, rows: bounds.at(-1)!, cols };
}

/** Matrices one under another; without `cols` also one right of another. */
function stacked(matrices: readonly Csr[], bounds: Int32Array, cols?: number): Csr {
  const rows = bounds.at(-1)!;
  const entries = matrices.reduce((sum, { columns }) => sum + columns.length, 0);
  const all = { starts: new Int32Array(rows + 1), columns: new Int32Array(entries), values: new Float32Array(entries) };
  let at = 0;
  for (const [i, { starts, columns, values }] of matrices.entries()) {
    const shift = cols === undefined ? bounds[i]! : 0;
    for (const [e, column] of columns.entries()) all.columns[at + e] = column + shift;
    all.values.set(values, at);
    for (let row = 0; row + 1 < starts.length; row++) all.starts[bounds[i]! + row + 1] = at + starts[row + 1]!;
    at += columns.length;
  }
  return createCsr({ rows, cols: cols ?? rows, ...all });
}
