import { InputError } from '@unbraid/checks';
import { checkCompressed } from './compressed.ts';

/**
 * A sparse matrix in compressed rows: the entries of row i are those numbered starts[i] to starts[i + 1] − 1, entry e stands in column
 * columns[e] and is values[e]. Columns ascend within a row, each at most once. `createCsr` checks all of that, `checkCsr` once for each
 * matrix; nothing may be changed afterwards.
 */
export interface Csr {
  readonly rows: number;
  readonly cols: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** The transposed matrix, and for each of its entries the number that it has in the matrix itself. */
export interface Transposed {
  readonly matrix: Csr;
  readonly order: Int32Array;
}

const checked = new WeakSet<Csr>();

/**
 * A checked sparse matrix. The arrays are kept, not copied.
 *
 * @param name how errors name the matrix, with the caller's prefix
 * @throws InputError that names the first row at fault, for arrays of other types, starts that don't count the entries, columns out of range or
 *   not ascending, and values that are NaN or infinite
 */
export function createCsr(matrix: Csr, name = 'kernels: a Csr'): Csr {
  const { rows, cols, starts, columns, values } = matrix;
  for (const [what, array, Kind] of [
    ['starts', starts, Int32Array],
    ['columns', columns, Int32Array],
    ['values', values, Float32Array],
  ] as const) {
    if (!(array instanceof Kind)) throw new InputError('data', `${name}'s ${what} are no ${Kind.name}; give one`);
  }
  const compressed = { lines: rows, places: cols, starts, indexes: columns, values };
  checkCompressed(compressed, { name, line: 'row', ascending: true });
  checked.add(matrix);
  return matrix;
}

/**
 * The same for a matrix that comes from a caller, who may have put it together by hand: checked at the first call and trusted from then on.
 *
 * @throws as `createCsr`
 */
export const checkCsr = (matrix: Csr, name?: string): Csr => (checked.has(matrix) ? matrix : createCsr(matrix, name));

/** Entries in any order, one array for each part. */
export interface Entries {
  readonly rows: ArrayLike<number>;
  readonly columns: ArrayLike<number>;
  /** All 1 where it is left out. */
  readonly values?: ArrayLike<number>;
}

/**
 * The sparse matrix of entries in any order. Entries of one place are added.
 *
 * @param name how errors name the matrix, with the caller's prefix
 * @throws InputError for a row or column out of range, with the number of the entry, for arrays of different lengths, and for sums that are not finite
 */
export function csrFromEntries(rows: number, cols: number, entries: Entries, name = 'kernels: a Csr'): Csr {
  const count = entries.rows.length;
  for (const [what, size] of Object.entries({ rows, cols })) {
    if (!(Number.isInteger(size) && size >= 0 && size <= LARGEST))
      throw new InputError('data', `${name}'s ${what} is ${size}; a whole number from 0 to ${LARGEST} is needed`);
  }
  for (const [what, { length }] of Object.entries({
    columns: entries.columns,
    values: entries.values ?? entries.rows,
  })) {
    if (length !== count)
      throw new InputError('data', `kernels: ${count} entries have ${length} ${what}; one of each for an entry`);
  }
  for (let e = 0; e < count; e++) {
    const [row, column] = [entries.rows[e]!, entries.columns[e]!];
    const inside = row >= 0 && row < rows && column >= 0 && column < cols;
    if (!(inside && Number.isInteger(row) && Number.isInteger(column)))
      throw new InputError(
        'data',
        `kernels: entry ${e} stands at (${row}, ${column}) of a matrix of ${rows} × ${cols}`,
      );
  }
  const byColumn = sortByColumn(entries.columns, cols);
  const byBoth = countingSort(count, rows, (at) => entries.rows[byColumn.order[at]!]!);
  const starts = new Int32Array(rows + 1);
  const columns = new Int32Array(count);
  const values = new Float32Array(count);
  let filled = 0;
  for (let row = 0; row < rows; row++) {
    for (let at = byBoth.starts[row]!; at < byBoth.starts[row + 1]!; at++) {
      const e = byColumn.order[byBoth.order[at]!]!;
      const value = entries.values ? entries.values[e]! : 1;
      const repeated = filled > starts[row]! && columns[filled - 1] === entries.columns[e];
      if (repeated) values[filled - 1]! += value;
      else {
        columns[filled] = entries.columns[e]!;
        values[filled++] = value;
      }
    }
    starts[row + 1] = filled;
  }
  return createCsr({ rows, cols, starts, columns: columns.slice(0, filled), values: values.slice(0, filled) }, name);
}

/** The largest number that an Int32Array holds. */
const LARGEST = 2 ** 31 - 1;

/** The numbers of entries in ascending order of their columns, in time and memory of the entries where the columns are far more. */
function sortByColumn(columns: ArrayLike<number>, cols: number): { readonly order: Int32Array } {
  const count = columns.length;
  if (cols <= 16 * count + 1024) return countingSort(count, cols, (e) => columns[e]!);
  return { order: Int32Array.from({ length: count }, (_, e) => e).sort((a, b) => columns[a]! - columns[b]!) };
}

const known = new WeakMap<Csr, Transposed>();

/**
 * The transposed matrix. It is computed at the first call and kept as long as the matrix.
 *
 * @throws as `createCsr`
 */
export function transposed(matrix: Csr): Transposed {
  const made = known.get(matrix) ?? transpose(checkCsr(matrix));
  known.set(matrix, made);
  return made;
}

function transpose({ rows, cols, starts, columns, values }: Csr): Transposed {
  const count = columns.length;
  const order = new Int32Array(count);
  const matrix = {
    rows: cols,
    cols: rows,
    starts: startsOf(count, cols, (e) => columns[e]!),
    columns: new Int32Array(count),
    values: new Float32Array(count),
  };
  // Rows are walked upwards, so a column's entries come in the order that they have in the transposed matrix.
  const next = matrix.starts.slice();
  for (let row = 0; row < rows; row++) {
    for (let e = starts[row]!; e < starts[row + 1]!; e++) {
      const at = next[columns[e]!]!++;
      order[at] = e;
      matrix.columns[at] = row;
      matrix.values[at] = values[e]!;
    }
  }
  return { matrix, order };
}

/** Where the numbers below `count` with each key begin when they are sorted by their keys, and where the last ends. */
function startsOf(count: number, keys: number, keyOf: (i: number) => number): Int32Array {
  const starts = new Int32Array(keys + 1);
  for (let i = 0; i < count; i++) starts[keyOf(i) + 1]!++;
  for (let key = 0; key < keys; key++) starts[key + 1]! += starts[key]!;
  return starts;
}

/** The numbers below `count` in ascending order of their keys, equal keys in the order of the numbers. */
function countingSort(count: number, keys: number, keyOf: (i: number) => number) {
  const starts = startsOf(count, keys, keyOf);
  const next = starts.slice();
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[next[keyOf(i)]!++] = i;
  return { starts, order };
}
