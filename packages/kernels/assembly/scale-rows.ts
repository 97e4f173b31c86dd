import { put, take } from './lanes';

/** Row r of `out` ← factors[r] · row r of x. */
export function scaleRows(x: usize, factors: usize, rows: u32, width: usize, out: usize): void {
  const bytes = (usize(rows) * width) << 2;
  if (width == 1) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const lanes = i32(min<usize>(4, (bytes - at) >> 2));
      put(out + at, f32x4.mul(take(factors + at, lanes), take(x + at, lanes)), lanes);
    }
    return;
  }
  const rowBytes = width << 2;
  for (let row: usize = 0; row < bytes; row += rowBytes) {
    const factor = v128.load_splat<u32>(factors);
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const lanes = i32(min<usize>(4, (rowBytes - at) >> 2));
      put(out + row + at, f32x4.mul(factor, take(x + row + at, lanes)), lanes);
    }
    factors += 4;
  }
}
