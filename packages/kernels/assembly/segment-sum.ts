import { put, take } from './lanes';

/** Row i of `out` ← Σ of the rows of x that are its entries, x being [entries, width] and out [rows, width]. */
export function segmentSum(starts: usize, rows: u32, width: usize, x: usize, out: usize): void {
  const rowBytes = width << 2;
  for (let i: u32 = 0; i < rows; i++) {
    const from = x + usize(load<u32>(starts + (usize(i) << 2))) * rowBytes;
    const to = x + usize(load<u32>(starts + (usize(i) << 2) + 4)) * rowBytes;
    const row = out + usize(i) * rowBytes;
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const lanes = i32(min<usize>(4, (rowBytes - at) >> 2));
      let sum = f32x4.splat(0);
      for (let entry = from + at; entry < to; entry += rowBytes) sum = f32x4.add(sum, take(entry, lanes));
      put(row + at, sum, lanes);
    }
  }
}

/** The rows of `out` that are entries of row i ← row i of x, x being [rows, width] and out [entries, width]. */
export function segmentSpread(starts: usize, rows: u32, width: usize, x: usize, out: usize): void {
  const rowBytes = width << 2;
  for (let i: u32 = 0; i < rows; i++) {
    const from = out + usize(load<u32>(starts + (usize(i) << 2))) * rowBytes;
    const to = out + usize(load<u32>(starts + (usize(i) << 2) + 4)) * rowBytes;
    const row = x + usize(i) * rowBytes;
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const lanes = i32(min<usize>(4, (rowBytes - at) >> 2));
      const value = take(row + at, lanes);
      for (let entry = from + at; entry < to; entry += rowBytes) put(entry, value, lanes);
    }
  }
}
