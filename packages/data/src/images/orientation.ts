/**
 * How a camera was held: the number of the EXIF tag Orientation (TIFF 6.0, tag 274). The first row of the stored image is at the top of
 * the scene for 1 and 2, at the bottom for 3 and 4, at its left for 5 and 8, at its right for 6 and 7.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const TAG = 274;
const SHORT = 3;

/** The orientation that EXIF data (a TIFF file) has in its first directory; 1, upright, where it has none that makes sense. */
export function exifOrientation(tiff: Uint8Array): Orientation {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 8) return 1;
  const little = tiff[0] === 0x49;
  if (view.getUint16(0, little) !== (little ? 0x4949 : 0x4d4d) || view.getUint16(2, little) !== 42) return 1;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const count = view.getUint16(directory, little);
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.length) return 1;
    if (view.getUint16(entry, little) !== TAG || view.getUint16(entry + 2, little) !== SHORT) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

/**
 * Turns the planes of a square image upright, in place.
 *
 * @param planes [count, size, size] row-major.
 */
export function turnUpright(planes: Float64Array, size: number, orientation: Orientation): void {
  if (orientation === 1) return;
  const stored = new Float64Array(size * size);
  for (let at = 0; at < planes.length; at += size * size) {
    stored.set(planes.subarray(at, at + size * size));
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) planes[at + y * size + x] = stored[storedIndex(x, y, size, orientation)]!;
    }
  }
}

/** Where the pixel at column x and row y of the upright image is stored. */
function storedIndex(x: number, y: number, size: number, orientation: Orientation): number {
  const last = size - 1;
  // 5 to 8 are stored with rows for columns.
  const [row, column] = orientation > 4 ? [x, y] : [y, x];
  const rowFlipped = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7;
  const columnFlipped = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8;
  return (rowFlipped ? last - row : row) * size + (columnFlipped ? last - column : column);
}
