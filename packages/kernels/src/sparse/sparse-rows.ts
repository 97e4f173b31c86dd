/**
 * Where the entries of a sparse matrix stand: a `Csr` without its values, or its arrays in an arena. Kernels check it when they first see it and
 * trust it from then on, so it may not be changed afterwards; operands must have a row for each of its columns.
 */
export interface SparseRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
}
