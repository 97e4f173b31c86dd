import { InputError } from '@unbraid/checks';
import { asymmetry, type Csr, createCsr, rowOfEntries, type SparseFactor } from '@unbraid/kernels';

/** Everything that layers read of a graph's edges. What not every layer needs is computed when it is asked for. */
export interface Structure {
  readonly nodes: number;
  /** Where the entries of A + I stand, every node being among its own neighbours, and their values, or one value if all are the same. */
  readonly closed: SparseFactor;
  /** √D_i of each node, D being the row sums of A + I: row i of (I − Ã) x is Σ_j (A + I)_ij / √D_i (x_i / √D_i − x_j / √D_j). */
  readonly roots: Float32Array;
  /** Ã = D^−1/2 (A + I) D^−1/2. */
  readonly normalized: Csr;
  /** D_A^−1 A: rows sum to 1, or are empty for nodes without neighbours. Self loops don't count. */
  readonly mean: Csr;
}

const known = new WeakMap<Csr, Structure>();

/**
 * What layers need of an undirected graph; computed once for each adjacency matrix.
 * @param adjacency symmetric, with weights of at least 0; a self loop of weight 1 is the I of A + I, which all nodes get
 * @throws {InputError} naming an edge that goes one way only or has a negative weight, or a self loop of another weight
 */
export function structureOf(adjacency: Csr): Structure {
  const made = known.get(adjacency) ?? make(adjacency);
  known.set(adjacency, made);
  return made;
}

function make(adjacency: Csr): Structure {
  checkSymmetric(adjacency);
  checkSelfLoops(adjacency);
  const nodes = adjacency.rows;
  const open = withoutSelfLoops(adjacency);
  const { starts, columns, values } = withSelfLoops(open);
  const weights = values.every((w) => w === 1) ? Float32Array.of(1) : values;
  const degrees = rowSums({ rows: nodes, starts, values });
  let normalized: Csr | undefined;
  let mean: Csr | undefined;
  return {
    nodes,
    closed: { starts, columns, values: weights },
    roots: Float32Array.from(degrees, Math.sqrt),
    get normalized() {
      if (normalized) return normalized;
      const weighted = weights.length === columns.length ? weights : new Float32Array(columns.length).fill(1);
      const matrix = { rows: nodes, cols: nodes, starts, columns, values: weighted };
      const scaled = mapEntries(matrix, (w, i, j) => w / Math.sqrt(degrees[i]! * degrees[j]!));
      normalized = createCsr({ ...matrix, values: scaled });
      return normalized;
    },
    get mean() {
      if (mean) return mean;
      const sums = rowSums(open);
      mean = createCsr({ ...open, values: mapEntries(open, (w, i) => w / sums[i]!) });
      return mean;
    },
  };
}

/** @throws {InputError} unless the matrix is square and equals its transposed, and weights are finite and not negative */
export function checkSymmetric(adjacency: Csr): void {
  const { rows, cols, values } = adjacency;
  if (rows !== cols || rows === 0)
    throw new InputError(
      'data',
      `gfgn: an adjacency matrix is square, with a row for each node; this one is ${rows} × ${cols}`,
    );
  const wrong = values.findIndex((w) => !(w >= 0 && Number.isFinite(w)));
  if (wrong >= 0) {
    const ends = `${rowOfEntries(adjacency)[wrong]} to ${adjacency.columns[wrong]}`;
    throw new InputError(
      'data',
      `gfgn: the edge from ${ends} has the weight ${values[wrong]}; a finite number of at least 0 is needed`,
    );
  }
  const oneWay = asymmetry(adjacency);
  if (oneWay)
    throw new InputError(
      'data',
      `gfgn: the edge from ${oneWay.row} to ${oneWay.column} is not the same in both directions; make the graph undirected first`,
    );
}

/** @throws {InputError} for a self loop whose weight the I of A + I would change */
function checkSelfLoops(adjacency: Csr): void {
  const { columns, values } = adjacency;
  const rows = rowOfEntries(adjacency);
  const wrong = rows.findIndex((row, e) => columns[e] === row && values[e] !== 0 && values[e] !== 1);
  if (wrong < 0) return;
  throw new InputError(
    'data',
    `gfgn: node ${rows[wrong]} has a self loop of weight ${values[wrong]}; every node gets one of weight 1 (the I of A + I), so leave it out or give it the weight 1`,
  );
}

/** Other values for the entries of a matrix. */
function mapEntries({ rows, starts, columns, values }: Csr, entry: (w: number, i: number, j: number) => number) {
  const result = new Float32Array(values.length);
  for (let i = 0; i < rows; i++)
    for (let e = starts[i]!; e < starts[i + 1]!; e++) result[e] = entry(values[e]!, i, columns[e]!);
  return result;
}

function rowSums({ rows, starts, values }: Pick<Csr, 'rows' | 'starts' | 'values'>): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) for (let e = starts[row]!; e < starts[row + 1]!; e++) sums[row]! += values[e]!;
  return sums;
}

/** The matrix itself where there is nothing to leave out. */
function withoutSelfLoops(matrix: Csr): Csr {
  const { rows, cols, starts, columns, values } = matrix;
  if (rowOfEntries(matrix).every((row, e) => columns[e] !== row && values[e] !== 0)) return matrix;
  const kept = entriesFor(rows, columns.length);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    for (let e = starts[row]!; e < starts[row + 1]!; e++) {
      if (columns[e] === row || values[e] === 0) continue;
      kept.columns[count] = columns[e]!;
      kept.values[count++] = values[e]!;
    }
    kept.starts[row + 1] = count;
  }
  const { starts: ends } = kept;
  return createCsr({
    rows,
    cols,
    starts: ends,
    columns: kept.columns.slice(0, count),
    values: kept.values.slice(0, count),
  });
}

/** With a 1 for each node at its place among the ascending columns of its row, in which nothing stands there. */
function withSelfLoops({ rows, cols, starts, columns, values }: Csr): Csr {
  const closed = entriesFor(rows, columns.length + rows);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [starts[row]!, starts[row + 1]!];
    let loop = from;
    while (loop < to && columns[loop]! < row) loop++;
    const at = from + row;
    closed.columns.set(columns.subarray(from, loop), at);
    closed.values.set(values.subarray(from, loop), at);
    closed.columns[loop + row] = row;
    closed.values[loop + row] = 1;
    closed.columns.set(columns.subarray(loop, to), loop + row + 1);
    closed.values.set(values.subarray(loop, to), loop + row + 1);
    closed.starts[row + 1] = to + row + 1;
  }
  return createCsr({ rows, cols, ...closed });
}

const entriesFor = (rows: number, count: number) => ({
  starts: new Int32Array(rows + 1),
  columns: new Int32Array(count),
  values: new Float32Array(count),
});
