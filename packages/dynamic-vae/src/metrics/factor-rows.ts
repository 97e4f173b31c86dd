import type { Factors } from './codes.ts';
import { factorColumn } from './representation.ts';

/** Draws images that share a value of a factor, from those that were encoded. */
export interface FactorRows {
  /** An image at random among those whose value of `factor` is that of `row`; `row` itself may be it. */
  alike(factor: number, row: number): number;
}

/**
 * Where metrics fix a factor and draw the others, they draw among the images that there are, with replacement.
 *
 * @param draw gives a number from 0 to n − 1
 */
export function factorRows(factors: Factors, draw: (n: number) => number): FactorRows {
  const lists = factors.sizes.map((size, k) => {
    const column = factorColumn(factors, k);
    const starts = new Int32Array(size + 1);
    for (const value of column) starts[value + 1]!++;
    for (let v = 0; v < size; v++) starts[v + 1]! += starts[v]!;
    const next = starts.slice();
    const rows = new Int32Array(column.length);
    column.forEach((value, row) => {
      rows[next[value]!++] = row;
    });
    return { column, starts, rows };
  });
  return {
    alike(factor, row) {
      const { column, starts, rows } = lists[factor]!;
      const value = column[row]!;
      const from = starts[value]!;
      return rows[from + draw(starts[value + 1]! - from)]!;
    },
  };
}
