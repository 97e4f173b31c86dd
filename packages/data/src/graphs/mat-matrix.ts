import { finite, InputError, oneOf } from '@unbraid/checks';
import { checkCompressed } from '@unbraid/kernels';
import * as z from 'zod';

/** A matrix of numbers in a MATLAB file, column by column as MATLAB keeps it. */
export interface MatMatrix {
  readonly rows: number;
  readonly cols: number;
  /** The values of a full matrix, column after column, or those of a sparse matrix' entries; of a complex one the real parts. */
  readonly values: Float64Array;
  /** Of a complex matrix, where these were asked for: the imaginary part of each value. */
  readonly imaginary?: Float64Array;
  /** Of a sparse matrix: the row of each entry, ascending within a column, and where each column's entries start. */
  readonly sparse?: { readonly rows: Int32Array; readonly starts: Int32Array };
}

/** How a MATLAB file is read. */
export interface MatOptions {
  /**
   * Bytes that all variables together may take unpacked, as they are and as float64. Default: 48 MiB, or 32 times the size of the file where that is more.
   * A file of a few hundred kB can hold gigabytes of zeros.
   */
  readonly limit?: number | undefined;
  /** What is done about complex matrices: they are refused, which is the default, or given with their real parts as `values` and `imaginary` ones. */
  readonly complex?: 'refuse' | 'parts' | undefined;
  /** Called for each variable that is no matrix of numbers, with its name and what it is, such as `cell array`. */
  readonly onPassedOver?: ((variable: string, kind: string) => void) | undefined;
}

export const matSettings = z.object({
  limit: finite({ above: 0 }).optional(),
  complex: oneOf('refuse', 'parts').default('refuse'),
  onPassedOver: z
    .custom<NonNullable<MatOptions['onPassedOver']>>((f) => typeof f === 'function', 'a function')
    .optional(),
});

/** @throws InputError for a complex matrix, unless parts were asked for */
export function refuseComplex(matrices: ReadonlyMap<string, MatMatrix>, name: string, { complex }: MatOptions): void {
  if (complex === 'parts') return;
  for (const [variable, { imaginary }] of matrices) {
    if (imaginary)
      throw new InputError(
        'file',
        `data: ${variable} in ${name} is complex; save its real and imaginary parts apart, or ask for both by complex: "parts"`,
      );
  }
}

/** What is left of a file's limit. */
export interface MatBudget {
  readonly left: number;
  /** @throws InputError where `bytes` more go past the limit. */
  spend(bytes: number, variable: string): void;
  /** The error that says so. */
  exceeded(variable: string): InputError;
}

const LEAST_LIMIT = 48 * 2 ** 20;
const LIMIT_FACTOR = 32;

export function createBudget(
  size: number,
  name: string,
  limit = Math.max(LEAST_LIMIT, LIMIT_FACTOR * size),
): MatBudget {
  let left = limit;
  const exceeded = (variable: string) =>
    new InputError(
      'limit',
      `data: ${name} goes past the limit of ${Math.floor(limit)} bytes unpacked, at ${variable}; give a higher "limit" if you trust the file`,
    );
  return {
    get left() {
      return left;
    },
    exceeded,
    spend(bytes, variable) {
      // A NaN is refused, too.
      if (!(bytes <= left)) throw exceeded(variable);
      left -= bytes;
    },
  };
}

/** The arrays of a sparse matrix as a file has them. */
export interface MatSparse {
  readonly rows: number;
  readonly cols: number;
  /** MATLAB may keep room for more entries than there are. */
  readonly rowOf: Float64Array;
  readonly starts: Float64Array;
  readonly values: Float64Array;
  readonly imaginary?: Float64Array | undefined;
}

/** @throws InputError for starts that fall or don't count the entries, and for rows out of order or range. */
export function sparseMatrix({ rows, cols, rowOf, starts, values, imaginary }: MatSparse, name: string): MatMatrix {
  const entries = starts[starts.length - 1] ?? 0;
  const cut = (array: Float64Array) => array.subarray(0, Math.max(entries, 0));
  if (imaginary && imaginary.length !== values.length)
    throw new InputError('file', `${name} has ${values.length} real parts and ${imaginary.length} imaginary ones`);
  if (cut(values).length !== cut(rowOf).length)
    throw new InputError('file', `${name} has ${rowOf.length} rows and ${values.length} values for ${entries} entries`);
  checkCompressed(
    { lines: cols, places: rows, starts, indexes: cut(rowOf) },
    { name, line: 'column', ascending: true },
  );
  return {
    rows,
    cols,
    values: cut(values),
    ...(imaginary ? { imaginary: cut(imaginary) } : {}),
    sparse: { rows: Int32Array.from(cut(rowOf)), starts: Int32Array.from(starts) },
  };
}

/** The entries of a matrix that are not 0, and how many zeros a sparse one holds beside them. */
export function matEntries({ rows, cols, values, sparse }: MatMatrix) {
  const kept = values.reduce((count, value) => count + Number(value !== 0), 0);
  const entries = { rows: new Int32Array(kept), columns: new Int32Array(kept), values: new Float64Array(kept) };
  let filled = 0;
  for (let column = 0; column < cols; column++) {
    const [from, to] = sparse
      ? [sparse.starts[column]!, sparse.starts[column + 1]!]
      : [column * rows, (column + 1) * rows];
    for (let e = from; e < to; e++) {
      if (values[e] === 0) continue;
      entries.rows[filled] = sparse ? sparse.rows[e]! : e - from;
      entries.columns[filled] = column;
      entries.values[filled++] = values[e]!;
    }
  }
  return { ...entries, zeros: sparse ? values.length - kept : 0 };
}
