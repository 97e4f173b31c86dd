import { InputError } from '@unbraid/checks';
import { type Csr, checkCsr } from './csr.ts';

const known = new WeakMap<Csr, { readonly row: number; readonly column: number } | undefined>();

/**
 * A place in a square matrix whose entry differs from that of its mirror image; undefined for a symmetric matrix. It is looked for at
 * the first call and kept as long as the matrix.
 * @throws InputError unless the matrix is square, and as `createCsr`
 */
export function asymmetry(matrix: Csr): { readonly row: number; readonly column: number } | undefined {
  const { rows, cols } = matrix;
  if (rows !== cols)
    throw new InputError('data', `kernels: asymmetry: a square matrix is needed, this one is ${rows} × ${cols}`);
  if (!known.has(matrix)) known.set(matrix, search(checkCsr(matrix)));
  return known.get(matrix);
}

function search({ rows, starts, columns, values }: Csr) {
  // The first entry of each row that was not met from the other end. Rows are walked upwards, so a row's entries are met in their order.
  const next = starts.slice(0, rows);
  for (let row = 0; row < rows; row++) {
    for (let e = starts[row]!; e < starts[row + 1]!; e++) {
      const column = columns[e]!;
      const back = next[column]!++;
      if (back >= starts[column + 1]! || columns[back]! > row) return { row, column };
      // An entry before that of this row: its own row was walked already and has none here.
      if (columns[back]! < row) return { row: column, column: columns[back]! };
      if (values[back] !== values[e]) return { row, column };
    }
  }
  return undefined;
}
