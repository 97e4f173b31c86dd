import { countNonFinite, firstNonFinite } from '../finite.ts';
import { InputError } from '../input-error.ts';
import { showValue } from '../show-value.ts';

/** A dense row-major float32 matrix: entry (i, j) is `data[i * cols + j]`. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
}

/** Numbers row after row, in any array; `rows` may be left out, since it follows from `cols`. */
export interface FlatRows {
  readonly data: ArrayLike<number>;
  readonly rows?: number;
  readonly cols: number;
}

/** Rows of numbers in every form that is taken: a matrix, numbers of any kind with their columns, or a list of rows. */
export type MatrixLike = Matrix | FlatRows | readonly ArrayLike<number>[];

/**
 * The one place where rows of numbers that a user gives become a matrix. A matrix over a Float32Array is the one given, not a copy; everything
 * else is copied and rounded to float32.
 *
 * @param name how the message names what was given, with the caller's prefix: `'galu: X'`
 * @throws {InputError} `data`, for anything else, with what it is; rows of different lengths, no rows or columns, entries that are no numbers, and
 * numbers beyond float32
 * @throws {InputError} `not-finite`, for NaN and infinities, with their number and the place of the first
 */
export function toMatrix(name: string, x: unknown): Matrix {
  const matrix = isRows(x) ? fromRows(name, x) : fromFlat(name, x);
  checkEntries(name, matrix, x);
  return matrix;
}

const FORMS = 'give rows of numbers, such as [[1, 2], [3, 4]], or { data, rows, cols } with the numbers row after row';

const refuse = (message: string): InputError => new InputError('data', message);

/** A list of rows, of which the first is looked at. */
const isRows = (x: unknown): x is readonly unknown[] => Array.isArray(x) && typeof x[0] !== 'number';

/** What can be copied by `set`; arrays of bigints can't. */
const isNumbers = (row: unknown): row is Float64Array =>
  ArrayBuffer.isView(row) && 'length' in row && !(row instanceof BigInt64Array) && !(row instanceof BigUint64Array);

function fromRows(name: string, rows: readonly unknown[]): Matrix {
  const [cols, data] = [lengthOf(name, rows, 0), allocated(name, rows.length, lengthOf(name, rows, 0))];
  for (let i = 0; i < rows.length; i++) {
    const length = lengthOf(name, rows, i);
    if (length !== cols)
      throw refuse(
        `${name} has ${length} entries in row ${i} (counted from 0), row 0 has ${cols}; rows must have one length`,
      );
    const row = rows[i] as ArrayLike<unknown>;
    if (isNumbers(row)) data.set(row, i * cols);
    else copyChecked(row, data, i * cols, (j) => `${name} has ${showValue(row[j])} at row ${i}, column ${j}`);
  }
  return { data, rows: rows.length, cols };
}

function lengthOf(name: string, rows: readonly unknown[], i: number): number {
  if (rows.length === 0) throw refuse(`${name} has no rows; at least 1 is needed`);
  const row = rows[i];
  if (Array.isArray(row) || isNumbers(row)) {
    if (row.length > 0) return row.length;
    throw refuse(`${name} has an empty row ${i} (counted from 0); at least 1 column is needed`);
  }
  throw refuse(`${name} has ${showValue(row)} as row ${i} (counted from 0); a row is a list of numbers`);
}

function fromFlat(name: string, x: unknown): Matrix {
  if (Array.isArray(x) || ArrayBuffer.isView(x))
    throw refuse(`${name} is ${showFlat(x)}, whose rows can't be told; ${FORMS}`);
  if (typeof x !== 'object' || x === null || !('data' in x) || !('cols' in x))
    throw refuse(`${name} is ${showValue(x)}; ${FORMS}`);
  const { data, cols } = x as Partial<FlatRows>;
  if (!Array.isArray(data) && !isNumbers(data))
    throw refuse(`${name} has ${showValue(data)} as data; an array of numbers is needed`);
  const { rows = data.length / Number(cols) } = x as Partial<FlatRows>;
  checkSizes(name, { rows, cols }, data.length);
  if (data instanceof Float32Array)
    return 'rows' in x && x.rows !== undefined ? (x as Matrix) : { data, rows, cols: Number(cols) };
  const copy = allocated(name, rows, Number(cols));
  if (isNumbers(data)) copy.set(data);
  else {
    const place = (at: number) => `row ${Math.floor(at / Number(cols))}, column ${at % Number(cols)}`;
    copyChecked(data, copy, 0, (at) => `${name} has ${showValue(data[at])} at ${place(at)}`);
  }
  return { data: copy, rows, cols: Number(cols) };
}

function checkSizes(name: string, sizes: { readonly rows: unknown; readonly cols: unknown }, length: number): void {
  const { rows, cols } = sizes;
  if (
    Number.isSafeInteger(cols) &&
    Number(cols) >= 1 &&
    !Number.isInteger(rows) &&
    Number(rows) === length / Number(cols)
  )
    throw refuse(`${name} has ${length} entries, which are no rows of ${cols}`);
  for (const [side, size] of Object.entries(sizes)) {
    if (!Number.isSafeInteger(size) || Number(size) < 1)
      throw refuse(`${name} has ${showValue(size)} ${side}; at least 1 is needed`);
  }
  if (length !== Number(rows) * Number(cols))
    throw refuse(`${name} has ${length} entries, ${rows} rows of ${cols} take ${Number(rows) * Number(cols)}`);
}

/** What a flat array is, for messages. */
export const showFlat = (x: ArrayLike<unknown> | ArrayBufferView): string =>
  Array.isArray(x)
    ? `an array of ${x.length} ${x.every((entry) => typeof entry === 'number') ? 'numbers' : 'entries'}`
    : showValue(x);

function copyChecked(from: ArrayLike<unknown>, to: Float32Array, offset: number, wrong: (at: number) => string): void {
  for (let j = 0; j < from.length; j++) {
    const entry = from[j];
    if (typeof entry !== 'number') throw refuse(`${wrong(j)} (counted from 0); numbers are needed`);
    to[offset + j] = entry;
  }
}

function allocated(name: string, rows: number, cols: number): Float32Array {
  try {
    return new Float32Array(rows * cols);
  } catch (cause) {
    const gigabytes = ((rows * cols * 4) / 2 ** 30).toFixed(1);
    throw new InputError('limit', `${name} takes ${gigabytes} GB as float32, more than there is room for`, { cause });
  }
}

function checkEntries(name: string, { data, cols }: Matrix, given: unknown): void {
  const first = firstNonFinite(data);
  if (first < 0) return;
  const [row, column] = [Math.floor(first / cols), first % cols];
  const place = `row ${row}, column ${column} (counted from 0)`;
  const entry = entryOf(given, row, column, cols);
  if (Number.isFinite(entry))
    throw refuse(`${name} has ${entry} at ${place}, which float32 doesn't reach (3.4e38); scale that column`);
  throw new InputError(
    'not-finite',
    `${name} has ${countNonFinite(data)}, the first at ${place}; drop or impute such rows`,
  );
}

function entryOf(given: unknown, row: number, column: number, cols: number): number | undefined {
  if (isRows(given)) return (given[row] as ArrayLike<number>)[column];
  return (given as FlatRows).data[row * cols + column];
}
