// Weight vectors whose entries do not lie in one run are copied into a tile, a row for each vector, and back. Columns of a
// dense kernel are taken as many at a time as share a cache line.

/** float32 numbers in a cache line. */
export const LINE: usize = 16;

/**
 * Bytes from one row of a tile to the next: whole cache lines, an odd number of them, so that the rows that are written
 * at once do not all fall into the same set of the cache.
 */
export function tileStride(length: usize): usize {
  return (((length + LINE - 1) / LINE) | 1) << 6;
}

/** Row c of the tile ← column c of the matrix at `columns`, for `count` columns; a row of the matrix takes `pitch` bytes. */
export function gatherColumns(tile: usize, stride: usize, columns: usize, pitch: usize, rows: usize, count: usize): void {
  exchange(true, tile, stride, columns, pitch, rows, count);
}

/** The inverse of gatherColumns. */
export function scatterColumns(tile: usize, stride: usize, columns: usize, pitch: usize, rows: usize, count: usize): void {
  exchange(false, tile, stride, columns, pitch, rows, count);
}

/** Goes down the matrix, whichever way, so that each of its cache lines is visited once. */
// @ts-ignore: decorator
@inline
function exchange(
  gather: bool,
  tile: usize,
  stride: usize,
  columns: usize,
  pitch: usize,
  rows: usize,
  count: usize,
): void {
  const blockRows = rows & ~3;
  const blockCount = count & ~3;
  for (let r: usize = 0; r < rows; r += 4) {
    let c: usize = 0;
    for (; r < blockRows && c < blockCount; c += 4) {
      const inTile = tile + c * stride + (r << 2);
      const inMatrix = columns + r * pitch + (c << 2);
      if (gather) transpose4(inMatrix, pitch, inTile, stride);
      else transpose4(inTile, stride, inMatrix, pitch);
    }
    for (; c < count; c++) {
      for (let k = r; k < min(r + 4, rows); k++) {
        const inTile = tile + c * stride + (k << 2);
        const inMatrix = columns + k * pitch + (c << 2);
        if (gather) copyWord(inTile, inMatrix);
        else copyWord(inMatrix, inTile);
      }
    }
  }
}

/** `count` runs of `run` words each, from every `fromPitch` bytes to every `toPitch` bytes. */
export function copyRuns(to: usize, toPitch: usize, from: usize, fromPitch: usize, run: usize, count: usize): void {
  for (let r: usize = 0; r < count; r++) {
    for (let k: usize = 0; k < run; k++) copyWord(to + r * toPitch + (k << 2), from + r * fromPitch + (k << 2));
  }
}

/** A 4 × 4 block of words from rows every `fromPitch` bytes to columns, rows every `toPitch` bytes. */
// @ts-ignore: decorator
@inline
function transpose4(from: usize, fromPitch: usize, to: usize, toPitch: usize): void {
  const row0 = v128.load(from);
  const row1 = v128.load(from + fromPitch);
  const row2 = v128.load(from + 2 * fromPitch);
  const row3 = v128.load(from + 3 * fromPitch);
  const low01 = v128.shuffle<u32>(row0, row1, 0, 4, 1, 5);
  const high01 = v128.shuffle<u32>(row0, row1, 2, 6, 3, 7);
  const low23 = v128.shuffle<u32>(row2, row3, 0, 4, 1, 5);
  const high23 = v128.shuffle<u32>(row2, row3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<u64>(low01, low23, 0, 2));
  v128.store(to + toPitch, v128.shuffle<u64>(low01, low23, 1, 3));
  v128.store(to + 2 * toPitch, v128.shuffle<u64>(high01, high23, 0, 2));
  v128.store(to + 3 * toPitch, v128.shuffle<u64>(high01, high23, 1, 3));
}

// @ts-ignore: decorator
@inline
function copyWord(to: usize, from: usize): void {
  store<u32>(to, load<u32>(from));
}
