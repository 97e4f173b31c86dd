import { InputError } from '@unbraid/checks';
import { rejectDetached } from '../reject-detached.ts';
import { checkCompressed } from './compressed.ts';
import type { SparseRows } from './sparse-rows.ts';

/** @throws InputError unless each array has the length that the kernel needs */
export function checkSizes(
  kernel: string,
  sizes: Readonly<Record<string, readonly [array: { length: number }, needed: number]>>,
): void {
  for (const [name, [{ length }, needed]] of Object.entries(sizes)) {
    if (length !== needed)
      throw new InputError('data', `kernels: ${kernel}: ${name} has ${length} entries, ${needed} are needed`);
  }
}

/** @throws InputError unless the number is a whole number of at least 1 */
export function checkWidth(kernel: string, name: string, width: number): void {
  if (!(Number.isInteger(width) && width >= 1))
    throw new InputError('setting', `kernels: ${kernel} takes a ${name} of at least 1, got ${width}`);
}

export const rowCount = ({ starts }: SparseRows): number => starts.length - 1;

/** What is known of tables that were checked. Tables are told by both arrays: neither may be changed afterwards. */
export interface Known {
  readonly starts: Int32Array;
  /** Rows that an operand needs for the columns. */
  readonly needed: number;
  /** Whether the columns of each row ascend. */
  readonly ascending: boolean;
  /** Where a number of parts of the columns begin that have about as many entries, once somebody asked. */
  columnEdges?: readonly number[];
}

const known = new WeakMap<Int32Array, Known>();

/**
 * Keeps a kernel within its operands: starts rise from 0 to the number of entries, and each entry's column is a row of the operand. Tables are
 * walked when they are first seen, which takes about as long as a product of width 1, and again after growth of the arena has made their views anew.
 *
 * @param count rows of the operand that the columns point into
 * @throws InputError that names the first row at fault
 */
export function checkColumns(kernel: string, { starts, columns }: SparseRows, count: number): Known {
  const found = checkEntries(kernel, { starts, columns });
  const { needed } = found;
  if (!(Number.isInteger(count) && count >= needed))
    throw new InputError(
      'data',
      `kernels: ${kernel}: an entry stands in column ${needed - 1}, so that an operand of ${needed} rows is needed; it has ${count}`,
    );
  return found;
}

/** As `checkColumns`, of kernels that read nothing at the columns. */
export function checkEntries(kernel: string, { starts, columns }: SparseRows): Known {
  const before = known.get(columns);
  const found = before?.starts === starts ? before : learn(kernel, { starts, columns });
  known.set(columns, found);
  return found;
}

function learn(kernel: string, { starts, columns }: SparseRows): Known {
  for (const view of [starts, columns]) rejectDetached(view);
  const matrix = { lines: starts.length - 1, places: 2 ** 31, starts, indexes: columns };
  checkCompressed(matrix, { name: `kernels: ${kernel}: a Csr`, line: 'row', ascending: false });
  let needed = 0;
  let ascending = true;
  for (let i = 0; i + 1 < starts.length; i++) {
    let before = -1;
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const column = columns[e]!;
      ascending &&= column > before;
      before = column;
      if (column >= needed) needed = column + 1;
    }
  }
  return { starts, needed, ascending };
}
