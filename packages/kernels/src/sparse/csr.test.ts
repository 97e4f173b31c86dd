import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf, sparse } from '../../test/graphs.ts';
import { asymmetry } from './asymmetry.ts';
import { type Csr, checkCsr, createCsr, csrFromEntries, transposed } from './csr.ts';

const rectangle = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([r, c]) => sparse(r, c));

const dense = (matrix: Csr): number[][] => {
  const rows = Array.from({ length: matrix.rows }, () => new Array<number>(matrix.cols).fill(0));
  for (const [row, column, e] of entriesOf(matrix)) rows[row]![column] = matrix.values[e]!;
  return rows;
};

describe('a Csr', () => {
  it('has the sum of the entries of each place, whatever their order', () => {
    const matrix = csrFromEntries(3, 2, { rows: [2, 0, 2, 2], columns: [1, 1, 0, 1], values: [1, 2, 3, 4] });
    expect(dense(matrix)).toEqual([
      [0, 2],
      [0, 0],
      [3, 5],
    ]);
  });

  it('is transposed to the matrix whose rows are its columns, once', () => {
    fc.assert(
      fc.property(rectangle, (matrix) => {
        const { matrix: other, order } = transposed(matrix);
        createCsr(other);
        const expected = dense(matrix);
        expect(dense(other)).toEqual(Array.from({ length: matrix.cols }, (_, c) => expected.map((row) => row[c]!)));
        expect([...other.values]).toEqual([...order].map((e) => matrix.values[e]));
        expect(transposed(matrix).matrix).toBe(other);
      }),
    );
  });

  it('is symmetric or names an entry that its mirror image does not equal', () => {
    const square = fc.integer({ min: 1, max: 6 }).chain((n) => sparse(n, n));
    const mirrored = (matrix: Csr) => {
      const entries = entriesOf(matrix).filter(([i, j]) => i <= j);
      const both = [...entries, ...entries.filter(([i, j]) => i < j).map(([i, j, e]) => [j, i, e] as const)];
      return csrFromEntries(matrix.rows, matrix.cols, {
        rows: both.map(([i]) => i),
        columns: both.map(([, j]) => j),
        values: both.map(([, , e]) => matrix.values[e]!),
      });
    };
    fc.assert(
      fc.property(square, (matrix) => {
        expect(asymmetry(mirrored(matrix))).toBeUndefined();
        const at = asymmetry(matrix);
        const values = new Map(entriesOf(matrix).map(([i, j, e]) => [`${i},${j}`, matrix.values[e]]));
        const mirror = (key: string) => key.split(',').reverse().join();
        const symmetric = [...values].every(([key, value]) => values.get(mirror(key)) === value);
        expect(at === undefined).toBe(symmetric);
        // An entry of 0 without a mirror image is one, though the dense matrix doesn't show it.
        if (at) expect(values.get(`${at.row},${at.column}`)).not.toBe(values.get(`${at.column},${at.row}`));
      }),
    );
    expect(() => asymmetry(csrFromEntries(1, 2, { rows: [], columns: [] }))).toThrow('this one is 1 × 2');
  });

  const good: Csr = {
    rows: 2,
    cols: 3,
    starts: Int32Array.of(0, 2, 3),
    columns: Int32Array.of(0, 2, 1),
    values: Float32Array.of(1, 2, 3),
  };

  it.each([
    [{ columns: Int32Array.of(0, 3, 1) }, "kernels: a Csr's row 0 has an entry in column 3; there are 3"],
    [{ columns: Int32Array.of(2, 0, 1) }, 'row 0 has column 0 after 2; columns ascend, each once'],
    [{ columns: Int32Array.of(0, 2, -1) }, 'row 1 has an entry in column -1'],
    [{ starts: Int32Array.of(0, 2, 2) }, 'has starts of 3 numbers from 0 to 3; these are 3, from 0 to 2'],
    [{ starts: Int32Array.of(0, 4, 3) }, 'row 1 ends at entry 3, before it starts at 4'],
    [{ values: Float32Array.of(1, 2) }, '3 columns and 2 values'],
    [{ values: Float32Array.of(1, Number.NaN, 2) }, 'entry in row 0, column 2 is NaN'],
    [{ rows: -1 }, 'rows is -1'],
    [{ columns: [0, 2, 1] as never }, "kernels: a Csr's columns are no Int32Array"],
  ])('is refused with a line that names the fault: %o', (fault, message) => {
    expect(() => createCsr({ ...good, ...fault })).toThrow(message);
  });

  it('names an entry that is out of range', () => {
    expect(() => csrFromEntries(2, 2, { rows: [0, 2], columns: [0, 0] })).toThrow(
      'kernels: entry 1 stands at (2, 0) of a matrix of 2 × 2',
    );
  });

  it('is checked once by those who are handed it', () => {
    const wrong = { ...good, columns: Int32Array.of(0, 3, 1) };
    expect(() => checkCsr(wrong, 'mine: the graph')).toThrow("mine: the graph's row 0 has an entry in column 3");
    expect(() => transposed(wrong)).toThrow('row 0 has an entry in column 3');
    expect(() => asymmetry({ ...wrong, cols: 2 })).toThrow('row 0 has an entry in column 3');
    expect(checkCsr(good)).toBe(good);
  });

  it('takes memory of its entries, not of the columns there could be', () => {
    const before = process.memoryUsage().arrayBuffers;
    const matrix = csrFromEntries(2, 2 ** 31 - 1, { rows: [1, 1, 0], columns: [7, 2 ** 31 - 2, 3] });
    expect([...matrix.columns]).toEqual([3, 7, 2 ** 31 - 2]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e7);
  });

  it.each([
    [{ rows: [0], columns: [0, 1] }, 'kernels: 1 entries have 2 columns'],
    [{ rows: [0], columns: [0], values: [] }, 'kernels: 1 entries have 0 values'],
    [{ rows: [0, 0], columns: [0, 0], values: [3e38, 3e38] }, 'entry in row 0, column 0 is Infinity'],
    [{ rows: [0], columns: [Number.NaN] }, 'kernels: entry 0 stands at (0, NaN)'],
  ])('is not made of %o', (entries, message) => {
    expect(() => csrFromEntries(2, 2, entries)).toThrow(message);
    expect(() => csrFromEntries(2, 2 ** 32, entries)).toThrow("kernels: a Csr's cols is 4294967296");
  });
});
