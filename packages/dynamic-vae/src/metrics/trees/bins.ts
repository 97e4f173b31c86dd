import type { Matrix } from '@unbraid/data';

/** Columns of numbers as bins in order: all values of one bin are below those of the next. */
export interface Binned {
  readonly rows: number;
  readonly cols: number;
  /** The bin of each number, [cols, rows]: a column's rows stand together. */
  readonly bins: Uint8Array;
  /** Of column c's bins: how many there are, and the least and the largest number in each. */
  readonly columns: readonly BinColumn[];
  /** The most bins of a column. */
  readonly most: number;
}

/** The bins of one column. */
export interface BinColumn {
  readonly count: number;
  readonly least: Float64Array;
  readonly largest: Float64Array;
}

/** A division of a node's rows: those whose bin in a column is at most `bin` go left. */
export interface Split {
  readonly feature: number;
  readonly bin: number;
  /** Numbers that are at most this go left. */
  readonly threshold: number;
  /** By how much it lowers the impurity, times rows. */
  readonly decrease: number;
}

/** The bins of one column, [rows], a view. */
export const columnBins = ({ bins, rows }: Binned, column: number): Uint8Array =>
  bins.subarray(column * rows, (column + 1) * rows);

/** Midway between the numbers of two bins of a column, as scikit-learn has it. */
export const between = ({ least, largest }: BinColumn, bin: number, next: number): number =>
  largest[bin]! / 2 + least[next]! / 2;

/** Brings the rows of `order`, from the one place to before the other, that go left before the others, each in their order; gives where the right ones begin. */
export function partition(
  data: Binned,
  { feature, bin }: Split,
  { order, spare }: { readonly order: Int32Array; readonly spare: Int32Array },
  from: number,
  to: number,
): number {
  const bins = columnBins(data, feature);
  let [middle, right] = [from, 0];
  for (let i = from; i < to; i++) {
    const row = order[i]!;
    if (bins[row]! <= bin) order[middle++] = row;
    else spare[right++] = row;
  }
  order.set(spare.subarray(0, right), middle);
  return middle;
}

/** As many as a byte tells. */
const MOST_BINS = 256;

/**
 * Puts some rows of a matrix into bins: each distinct number is one where a column has up to 256; where it has more, bins hold about as many rows
 * each.
 */
export function binRows({ data, cols }: Matrix, rows: Int32Array): Binned {
  const bins = new Uint8Array(rows.length * cols);
  const columns = Array.from({ length: cols }, (_, c) => {
    const values = Float64Array.from(rows, (row) => data[row * cols + c]!);
    return binColumn(values, bins.subarray(c * rows.length, (c + 1) * rows.length));
  });
  return { rows: rows.length, cols, bins, columns, most: Math.max(...columns.map(({ count }) => count)) };
}

function binColumn(values: Float64Array, bins: Uint8Array): BinColumn {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  let distinct = 0;
  order.forEach((row, i) => {
    if (i === 0 || values[row] !== values[order[i - 1]!]) distinct++;
  });
  const least: number[] = [];
  const largest: number[] = [];
  // A bin ends at a change of value: at each where there are few enough, else at the first after its share of rows.
  const share = distinct <= MOST_BINS ? 0 : values.length / MOST_BINS;
  order.forEach((row, i) => {
    const value = values[row]!;
    const changes = i === 0 || value !== values[order[i - 1]!];
    if (changes && i >= least.length * share) least.push(value);
    largest[least.length - 1] = value;
    bins[row] = least.length - 1;
  });
  return { count: least.length, least: Float64Array.from(least), largest: Float64Array.from(largest) };
}
