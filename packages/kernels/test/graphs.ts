import fc from 'fast-check';
import { type Csr, csrFromEntries } from '../src/sparse/csr.ts';

/** A sparse matrix with random places and values. */
export const sparse = (rows: number, cols: number): fc.Arbitrary<Csr> =>
  fc
    .array(fc.tuple(fc.nat(rows - 1), fc.nat(cols - 1), fc.float({ min: -2, max: 2, noNaN: true })), { maxLength: 40 })
    .map((entries) =>
      csrFromEntries(rows, cols, {
        rows: entries.map(([row]) => row),
        columns: entries.map(([, column]) => column),
        values: entries.map(([, , value]) => value),
      }),
    );

/** A square one: from one node on, with self loops and empty rows as they come. */
export const graph: fc.Arbitrary<Csr> = fc.integer({ min: 1, max: 8 }).chain((nodes) => sparse(nodes, nodes));

export const floats = (count: number, low = -2, high = 2): fc.Arbitrary<Float32Array> =>
  fc
    .array(fc.float({ min: Math.fround(low), max: Math.fround(high), noNaN: true }), {
      minLength: count,
      maxLength: count,
    })
    .map((values) => Float32Array.from(values));

/** What attention over a graph reads, and a cotangent, for up to so many heads and features of a head. */
export const attentionProblem = (most: { readonly heads: number; readonly width: number }) =>
  fc
    .record({
      matrix: graph,
      heads: fc.integer({ min: 1, max: most.heads }),
      width: fc.integer({ min: 1, max: most.width }),
    })
    .chain(({ matrix, heads, width }) => {
      const [size, scores] = [matrix.rows * heads * width, matrix.rows * heads];
      return fc.record({
        ...{ matrix: fc.constant(matrix), heads: fc.constant(heads), width: fc.constant(width) },
        ...{ h: floats(size), left: floats(scores), right: floats(scores), g: floats(size) },
      });
    });

/** The entries (row, column, number) of a sparse matrix. */
export function entriesOf({ rows, starts, columns }: Csr): [row: number, column: number, entry: number][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: starts[row + 1]! - starts[row]! }, (_, n): [number, number, number] => {
      const e = starts[row]! + n;
      return [row, columns[e]!, e];
    }),
  ).flat();
}
