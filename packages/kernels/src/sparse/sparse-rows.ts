/**
 * Where the entries of a sparse matrix stand: a `Csr` without its values, or its arrays in an arena. Kernels read it unchecked, so it
 * must come from `createCsr`, `csrFromEntries` or `transposed`, and operands must have a row for each of its columns.
 */
export interface SparseRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
}
