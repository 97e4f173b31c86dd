// A symmetric matrix, n × n, of which the lower triangle is kept in square tiles of side b: those of a column of tiles from the diagonal down,
// then the next column's. Entries of a tile lie row after row, and of one on the diagonal only the lower triangle is read. n is rounded up to a multiple of b; what is added is zero. A matrix of one tile is whole.

/** How a matrix is cut into tiles. */
export interface Tiling {
  readonly n: number;
  /** b */
  readonly side: number;
  /** Tiles along a side. */
  readonly count: number;
  /** Entries in all. */
  readonly size: number;
}

/** Matrices up to this size are one tile. */
const WHOLE = 1024;

/** Inner sums of this length keep ONNX Runtime's product at its speed, and factoring a tile of it in JavaScript takes little beside that. */
const SIDE = 128;

export function tilingOf(n: number, side = n <= WHOLE ? n : SIDE): Tiling {
  const count = Math.ceil(n / side);
  return { n, side, count, size: (side * side * count * (count + 1)) / 2 };
}

/** Where the tile at row `i` and column `j` ≤ i starts. */
export const tileAt = ({ side, count }: Tiling, i: number, j: number): number =>
  side * side * (j * count - (j * (j - 1)) / 2 + (i - j));

/** Where column `j` of tiles starts; it has count − j of them. */
export const columnAt = (tiling: Tiling, j: number): number => tileAt(tiling, j, j);
