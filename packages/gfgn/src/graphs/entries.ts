import { type Csr, createCsr, rowOfEntries } from '@unbraid/kernels';

/** Other values for the entries of a matrix. @param result where they go. Default: a new array. */
export function mapEntries(
  { rows, starts, columns, values }: Csr,
  entry: (w: number, i: number, j: number) => number,
  result: Float32Array = new Float32Array(values.length),
): Float32Array {
  for (let i = 0; i < rows; i++)
    for (let e = starts[i]!; e < starts[i + 1]!; e++) result[e] = entry(values[e]!, i, columns[e]!);
  return result;
}

/** The sum of each row's values. */
export function rowSums({ rows, starts, values }: Pick<Csr, 'rows' | 'starts' | 'values'>): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) for (let e = starts[row]!; e < starts[row + 1]!; e++) sums[row]! += values[e]!;
  return sums;
}

/** A matrix without the entries on its diagonal and those of value 0. */
export interface Opened {
  /** The matrix itself where there is nothing to leave out. */
  readonly matrix: Csr;
  /** Which entry of the whole matrix each of its entries is; nothing where it is the whole matrix. */
  readonly order: Int32Array | undefined;
  /** Values on the diagonal, where they aren't 0. */
  readonly loops: ReadonlyMap<number, number>;
}

/** A square matrix apart from its diagonal. */
export function openEntries(matrix: Csr): Opened {
  const { rows, cols, starts, columns, values } = matrix;
  const loops = new Map<number, number>();
  if (rowOfEntries(matrix).every((row, e) => columns[e] !== row && values[e] !== 0))
    return { matrix, order: undefined, loops };
  const kept = new Int32Array(columns.length);
  const ends = new Int32Array(rows + 1);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    for (let e = starts[row]!; e < starts[row + 1]!; e++) {
      if (values[e] === 0) continue;
      if (columns[e] === row) loops.set(row, values[e]!);
      else kept[count++] = e;
    }
    ends[row + 1] = count;
  }
  const order = kept.slice(0, count);
  const [places, weights] = [new Int32Array(count), new Float32Array(count)];
  for (const [at, e] of order.entries()) {
    places[at] = columns[e]!;
    weights[at] = values[e]!;
  }
  return { matrix: createCsr({ rows, cols, starts: ends, columns: places, values: weights }), order, loops };
}

/**
 * The matrix with an entry of each row on the diagonal, at its place among the ascending columns.
 * @param open without entries on the diagonal
 * @param loop the value of a row's
 */
export function withDiagonal(open: Csr, loop: (row: number) => number): Csr {
  const count = open.columns.length + open.rows;
  const { rows, cols } = open;
  const closed = {
    ...{ rows, cols },
    starts: new Int32Array(rows + 1),
    columns: new Int32Array(count),
    values: new Float32Array(count),
  };
  writeWithDiagonal(open, loop, closed);
  return createCsr(closed);
}

/** The same into the arrays of another matrix, which has room for `rows` more entries. */
export function writeWithDiagonal(open: Csr, loop: (row: number) => number, closed: Csr): void {
  const { rows, starts, columns, values } = open;
  for (let row = 0; row < rows; row++) {
    const [from, to] = [starts[row]!, starts[row + 1]!];
    let middle = from;
    while (middle < to && columns[middle]! < row) middle++;
    const at = from + row;
    closed.columns.set(columns.subarray(from, middle), at);
    closed.values.set(values.subarray(from, middle), at);
    closed.columns[middle + row] = row;
    closed.values[middle + row] = loop(row);
    closed.columns.set(columns.subarray(middle, to), middle + row + 1);
    closed.values.set(values.subarray(middle, to), middle + row + 1);
    closed.starts[row + 1] = to + row + 1;
  }
}
