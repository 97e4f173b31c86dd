/**
 * A sparse matrix in compressed rows: the entries of row i are those numbered starts[i] to starts[i + 1] − 1, entry e stands in column
 * columns[e] and is values[e]. Columns ascend within a row, each at most once. Made by `createCsr`, which checks all of that, since
 * the kernels don't; nothing may be changed afterwards.
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

/**
 * A checked sparse matrix. The arrays are kept, not copied.
 *
 * @throws RangeError that names the first row at fault, for starts that don't count the entries, columns out of range or not
 *   ascending, and values that are NaN or infinite
 */
export function createCsr(matrix: Csr): Csr {
  const { rows, cols, starts, columns, values } = matrix;
  for (const [name, size] of Object.entries({ rows, cols })) {
    if (!(Number.isSafeInteger(size) && size >= 0))
      throw new RangeError(`kernels: a Csr's ${name} is ${size}; a whole number of at least 0 is needed`);
  }
  const entries = columns.length;
  if (values.length !== entries)
    throw new RangeError(`kernels: a Csr has ${entries} columns and ${values.length} values; one of each for an entry`);
  if (starts.length !== rows + 1 || starts[0] !== 0 || starts[rows] !== entries) {
    throw new RangeError(
      `kernels: a Csr of ${rows} rows and ${entries} entries has starts of ${rows + 1} numbers from 0 to ${entries}; ` +
        `these are ${starts.length}, from ${starts[0]} to ${starts[starts.length - 1]}`,
    );
  }
  const falls = starts.findIndex((start, row) => row > 0 && start < starts[row - 1]!);
  if (falls > 0) {
    throw new RangeError(
      `kernels: a Csr's row ${falls - 1} ends at entry ${starts[falls]}, before it starts at ${starts[falls - 1]}`,
    );
  }
  for (let row = 0; row < rows; row++) checkRow(matrix, row);
  return matrix;
}

function checkRow({ cols, starts, columns, values }: Csr, row: number): void {
  const [from, to] = [starts[row]!, starts[row + 1]!];
  let last = -1;
  for (let e = from; e < to; e++) {
    const column = columns[e]!;
    if (!(column >= 0 && column < cols))
      throw new RangeError(`kernels: a Csr's row ${row} has an entry in column ${column}; there are ${cols}`);
    if (column <= last)
      throw new RangeError(`kernels: a Csr's row ${row} has column ${column} after ${last}; columns ascend, each once`);
    if (!Number.isFinite(values[e]))
      throw new RangeError(`kernels: a Csr's entry in row ${row}, column ${column} is ${values[e]}`);
    last = column;
  }
}

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
 * @throws RangeError for a row or column out of range, with the number of the entry
 */
export function csrFromEntries(rows: number, cols: number, entries: Entries): Csr {
  const count = entries.rows.length;
  for (let e = 0; e < count; e++) {
    const [row, column] = [entries.rows[e]!, entries.columns[e]!];
    const inside = row >= 0 && row < rows && column >= 0 && column < cols;
    if (!(inside && Number.isInteger(row) && Number.isInteger(column)))
      throw new RangeError(`kernels: entry ${e} stands at (${row}, ${column}) of a matrix of ${rows} × ${cols}`);
  }
  const byColumn = countingSort(count, cols, (e) => entries.columns[e]!);
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
  return createCsr({ rows, cols, starts, columns: columns.slice(0, filled), values: values.slice(0, filled) });
}

const known = new WeakMap<Csr, Transposed>();

/** The transposed matrix. It is computed at the first call and kept as long as the matrix. */
export function transposed(matrix: Csr): Transposed {
  const made = known.get(matrix) ?? transpose(matrix);
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
