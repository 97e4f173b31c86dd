import type { Csr } from './csr.ts';

/** The number of the entry at a row and a column of a matrix, −1 where there is none. Found by bisection. */
export function entryAt({ starts, columns }: Pick<Csr, 'starts' | 'columns'>, row: number, column: number): number {
  const end = starts[row + 1]!;
  let [low, high] = [starts[row]!, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns[middle]! < column) low = middle + 1;
    else high = middle;
  }
  return low < end && columns[low] === column ? low : -1;
}
