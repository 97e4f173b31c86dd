/**
 * The row of each entry of a sparse matrix: int32 [entries], ascending.
 * @param rows where each row begins, and the end, and something of as many places as there are entries, as a `Csr` has them
 */
export function rowOfEntries(rows: {
  readonly starts: ArrayLike<number>;
  readonly columns: { readonly length: number };
}): Int32Array {
  const { starts, columns } = rows;
  const result = new Int32Array(columns.length);
  for (let row = 0; row + 1 < starts.length; row++) result.fill(row, starts[row], starts[row + 1]);
  return result;
}
