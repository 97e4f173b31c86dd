import { type Csr, createCsr, transposed } from '@unbraid/kernels';

/** Everything that layers read of a graph's edges. */
export interface Structure {
  readonly nodes: number;
  /** A + I: every node among its own neighbours. */
  readonly closed: Csr;
  /** Ã = D^−1/2 (A + I) D^−1/2, the same entries, D being the row sums of A + I. */
  readonly normalized: Csr;
  /** (A + I)_ij / D_i for the entries of `normalized`: Σ_e stay_e x_i − move_e x_j over a row is row i of (I − Ã) x. */
  readonly stay: Float32Array;
  /** D_A^−1 A: rows sum to 1, or are empty for nodes without neighbours. Self loops don't count. */
  readonly mean: Csr;
}

const known = new WeakMap<Csr, Structure>();

/**
 * What layers need of an undirected graph; computed once for each adjacency matrix.
 * @param adjacency symmetric, with weights of at least 0; self loops are counted once, as the I of A + I
 * @throws {RangeError} naming an edge that goes one way only or has a negative weight
 */
export function structureOf(adjacency: Csr): Structure {
  const made = known.get(adjacency) ?? make(adjacency);
  known.set(adjacency, made);
  return made;
}

function make(adjacency: Csr): Structure {
  checkSymmetric(adjacency);
  const nodes = adjacency.rows;
  const open = withoutSelfLoops(adjacency);
  const closed = withSelfLoops(open);
  const rows = rowOfEntries(closed);
  const degrees = rowSums(closed);
  const { starts, columns, values } = closed;
  const normalized = values.map((w, e) => w / Math.sqrt(degrees[rows[e]!]! * degrees[columns[e]!]!));
  const sums = rowSums(open);
  const openRows = rowOfEntries(open);
  return {
    nodes,
    closed,
    normalized: createCsr({ rows: nodes, cols: nodes, starts, columns, values: normalized }),
    stay: values.map((w, e) => w / degrees[rows[e]!]!),
    mean: createCsr({ ...open, values: open.values.map((w, e) => w / sums[openRows[e]!]!) }),
  };
}

/** @throws {RangeError} unless the matrix is square and equals its transposed, and no weight is negative */
export function checkSymmetric(adjacency: Csr): void {
  const { rows, cols, starts, columns, values } = adjacency;
  if (rows !== cols || rows === 0)
    throw new RangeError(
      `gfgn: an adjacency matrix is square, with a row for each node; this one is ${rows} × ${cols}`,
    );
  const other = transposed(adjacency).matrix;
  for (let row = 0; row < rows; row++) {
    for (let e = starts[row]!; e < starts[row + 1]!; e++) {
      if (values[e]! < 0)
        throw new RangeError(
          `gfgn: the edge from ${row} to ${columns[e]} has the weight ${values[e]}; at least 0 is needed`,
        );
      if (other.starts[row + 1]! > e && other.columns[e] === columns[e] && other.values[e] === values[e]) continue;
      throw new RangeError(
        `gfgn: the edges of node ${row} are not the same in both directions (near node ${columns[e]}); make the graph undirected first`,
      );
    }
  }
}

/** The row of each entry. */
export function rowOfEntries({ rows, starts, columns }: Csr): Int32Array {
  const result = new Int32Array(columns.length);
  for (let row = 0; row < rows; row++) result.fill(row, starts[row], starts[row + 1]);
  return result;
}

function rowSums({ rows, starts, values }: Csr): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) for (let e = starts[row]!; e < starts[row + 1]!; e++) sums[row]! += values[e]!;
  return sums;
}

function withoutSelfLoops({ rows, cols, starts, columns, values }: Csr): Csr {
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
