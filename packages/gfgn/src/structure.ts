import { type Csr, createCsr, type SparseFactor, transposed } from '@unbraid/kernels';
import { checkSelfLoops, checkSymmetric, checkWeights } from './graphs/check-adjacency.ts';
import { mapEntries, openEntries, rowSums, withDiagonal } from './graphs/entries.ts';
import { createKeeper } from './keeper.ts';

/** How edges are read. */
export interface StructureOptions {
  /**
   * Whether edges have a direction: the entry in row i and column j is then an edge from i to j, along which j hears of i. By default the matrix must be
   * symmetric. In a directed graph a node's degree is that of the edges that lead to it.
   */
  readonly directed?: boolean | undefined;
  /**
   * What the I of A + I is where a node has a self loop: `one`, the default, 1 for every node, and a self loop of another weight is refused; `keep`, the self
   * loop's own weight, and 1 for nodes without one.
   */
  readonly selfLoops?: 'one' | 'keep' | undefined;
}

/** Everything that layers read of a graph's edges. What not every layer needs is computed when it is asked for. */
export interface Structure {
  readonly nodes: number;
  /** A without self loops: row i has the nodes that i hears of, with the weights of these edges. */
  readonly open: Csr;
  /** Which entry of the adjacency matrix each entry of `open` is, where they aren't the same. */
  readonly order: Int32Array | undefined;
  /** Where the entries of A + I stand, every node being among its own neighbours, and their values, or one value if all are the same. */
  readonly closed: SparseFactor;
  /** √D_i of each node, D being the row sums of A + I: row i of (I − Ã) x is Σ_j (A + I)_ij / √D_i (x_i / √D_i − x_j / √D_j). */
  readonly roots: Float32Array;
  /** What the I of A + I is for each node. */
  readonly loops: Float32Array;
  /** Of which graphs the nodes are, where they aren't all those of one: rows of the mean of each graph's nodes, and the graph of each node. */
  readonly graphs?: { readonly count: number; readonly mean: Csr; readonly of: Csr } | undefined;
  /** Ã = D^−1/2 (A + I) D^−1/2. */
  readonly normalized: Csr;
  /** D_A^−1 A: rows sum to 1, or are empty for nodes without neighbours. Self loops don't count. */
  readonly mean: Csr;
}

const known = createKeeper<Csr, Structure>();

/**
 * What layers need of a graph; computed once for each adjacency matrix and way to read it.
 * @param adjacency with weights of at least 0, symmetric unless it is directed
 * @throws {InputError} naming an edge that goes one way only or has a negative weight, or a self loop of another weight than 1 that isn't kept
 */
export function structureOf(adjacency: Csr, options: StructureOptions = {}): Structure {
  const { directed = false, selfLoops = 'one' } = options;
  return known(adjacency, () => make(adjacency, directed, selfLoops), `${directed} ${selfLoops}`);
}

function make(adjacency: Csr, directed: boolean, selfLoops: 'one' | 'keep'): Structure {
  if (directed) checkWeights(adjacency);
  else checkSymmetric(adjacency);
  if (selfLoops === 'one') checkSelfLoops(adjacency);
  const heard = directed ? transposed(adjacency) : undefined;
  const { matrix: open, order: kept, loops: own } = openEntries(heard?.matrix ?? adjacency);
  const order = heard ? (kept?.map((e) => heard.order[e]!) ?? heard.order) : kept;
  const loops = new Float32Array(open.rows).fill(1);
  if (selfLoops === 'keep') for (const [row, weight] of own) loops[row] = weight;
  return structureFrom(open, loops, order);
}

/** What follows from A and I. */
function structureFrom(open: Csr, loops: Float32Array, order: Int32Array | undefined): Structure {
  const nodes = open.rows;
  const sums = rowSums(open);
  const degrees = sums.map((sum, i) => sum + loops[i]!);
  const whole = once(() => withDiagonal(open, (row) => loops[row]!));
  const closed = once((): SparseFactor => {
    const { starts, columns, values } = whole();
    return { starts, columns, values: values.every((w) => w === 1) ? Float32Array.of(1) : values };
  });
  const normalized = once(() => {
    const values = mapEntries(whole(), (w, i, j) => w / Math.sqrt(degrees[i]! * degrees[j]!));
    return createCsr({ ...whole(), values });
  });
  const mean = once(() => createCsr({ ...open, values: mapEntries(open, (w, i) => w / sums[i]!) }));
  return {
    ...{ nodes, open, order, loops },
    roots: Float32Array.from(degrees, Math.sqrt),
    get closed() {
      return closed();
    },
    get normalized() {
      return normalized();
    },
    get mean() {
      return mean();
    },
  };
}

/** A value that is made at the first call. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
