import type { Known } from './checks.ts';
import type { SparseRows } from './sparse-rows.ts';

/** Where `parts` parts of the rows begin, and the end, that have about as much to do: a row counts as one entry more than it has. */
export function rowEdges(starts: Int32Array, parts: number): number[] {
  const rows = starts.length - 1;
  const total = starts[rows]! + rows;
  return Array.from({ length: parts + 1 }, (_, part) => {
    const wanted = (total * part) / parts;
    let [low, high] = [0, rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! + middle < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

/** The same for columns, those from `columns.needed` on being without entries. It is worked out once for a matrix and a number of parts. */
export function columnEdges({ columns }: SparseRows, about: Known, count: number, parts: number): readonly number[] {
  if (about.columnEdges?.length === parts + 1 && about.columnEdges[parts] === count) return about.columnEdges;
  const ends = new Int32Array(count + 1);
  for (let e = 0; e < columns.length; e++) ends[columns[e]! + 1]!++;
  for (let j = 0; j < count; j++) ends[j + 1]! += ends[j]!;
  about.columnEdges = rowEdges(ends, parts);
  return about.columnEdges;
}
