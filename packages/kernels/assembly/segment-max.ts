import { addTo, put, take } from './lanes';

/** The row of x that an entry (its number times 4) reads: its own, or that of its column. */
// @ts-ignore: decorator
@inline
function rowOf(columns: usize, byEntry: bool, e: usize, rowBytes: usize): usize {
  return (byEntry ? e >> 2 : usize(load<u32>(columns + e))) * rowBytes;
}

/** Row i of `out` ← the largest of the rows of x that its entries read, column by column: a NaN is larger than any number, and rows without entries are zeros. */
export function segmentMax(
  starts: usize,
  columns: usize,
  byEntry: bool,
  rows: u32,
  width: usize,
  x: usize,
  out: usize,
): void {
  const rowBytes = width << 2;
  for (let i: u32 = 0; i < rows; i++) {
    const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
    const least = f32x4.splat(from < to ? -Infinity : 0);
    const row = out + usize(i) * rowBytes;
    let at: usize = 0;
    for (; at + 64 <= rowBytes; at += 64) {
      let t0 = least;
      let t1 = least;
      let t2 = least;
      let t3 = least;
      for (let e = from; e < to; e += 4) {
        const other = x + rowOf(columns, byEntry, e, rowBytes) + at;
        t0 = f32x4.max(t0, v128.load(other));
        t1 = f32x4.max(t1, v128.load(other + 16));
        t2 = f32x4.max(t2, v128.load(other + 32));
        t3 = f32x4.max(t3, v128.load(other + 48));
      }
      v128.store(row + at, t0);
      v128.store(row + at + 16, t1);
      v128.store(row + at + 32, t2);
      v128.store(row + at + 48, t3);
    }
    for (; at < rowBytes; at += 16) {
      const lanes = i32(min<usize>(4, (rowBytes - at) >> 2));
      let top = least;
      for (let e = from; e < to; e += 4) top = f32x4.max(top, take(x + rowOf(columns, byEntry, e, rowBytes) + at, lanes));
      put(row + at, top, lanes);
    }
  }
}

/**
 * Adds to the rows of dx that the entries of row i read where these are as large as y_i what g_i is, in equal parts where several are, for the features from `first` until
 * `last`.
 */
export function segmentMaxBackward(
  starts: usize,
  columns: usize,
  byEntry: bool,
  rows: u32,
  width: usize,
  first: usize,
  last: usize,
  x: usize,
  y: usize,
  g: usize,
  dx: usize,
): void {
  const rowBytes = width << 2;
  const begin = first << 2;
  const end = last << 2;
  const one = f32x4.splat(1);
  for (let i: u32 = 0; i < rows; i++) {
    const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
    const own = usize(i) * rowBytes;
    for (let at = begin; at < end; at += 16) {
      const lanes = i32(min<usize>(4, (end - at) >> 2));
      const top = take(y + own + at, lanes);
      let ties = f32x4.splat(0);
      for (let e = from; e < to; e += 4) {
        const value = take(x + rowOf(columns, byEntry, e, rowBytes) + at, lanes);
        ties = f32x4.add(ties, v128.and(one, f32x4.eq(value, top)));
      }
      const share = f32x4.div(take(g + own + at, lanes), ties);
      for (let e = from; e < to; e += 4) {
        const other = rowOf(columns, byEntry, e, rowBytes) + at;
        addTo(dx + other, v128.and(share, f32x4.eq(take(x + other, lanes), top)), lanes);
      }
    }
  }
}
