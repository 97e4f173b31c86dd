import { addTo, put, take } from './lanes';

/**
 * Row i of `out` ← Σ over the entries e of row i of values[e] · x[columns[e]]. Rows are `heads` runs of `width` float32, each with a value of its own: values are
 * [entries, heads]. Sixteen numbers at a time stay in registers while the entries of a row pass by.
 */
export function sparseProduct(
  starts: usize,
  columns: usize,
  values: usize,
  heads: usize,
  rows: u32,
  x: usize,
  width: usize,
  out: usize,
): void {
  const headBytes = width << 2;
  const rowBytes = heads * headBytes;
  const stride = heads << 2;
  const tail = i32(width & 3);
  const whole = headBytes & ~15;
  for (let i: u32 = 0; i < rows; i++) {
    const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
    let first = values + from * heads;
    let source = x;
    let target = out + usize(i) * rowBytes;
    for (let h: usize = 0; h < heads; h++) {
      let at: usize = 0;
      for (; at + 64 <= whole; at += 64) {
        let s0 = f32x4.splat(0);
        let s1 = s0;
        let s2 = s0;
        let s3 = s0;
        let value = first;
        for (let e = from; e < to; e += 4) {
          const factor = v128.load_splat<u32>(value);
          const other = source + usize(load<u32>(columns + e)) * rowBytes + at;
          s0 = f32x4.add(s0, f32x4.mul(factor, v128.load(other)));
          s1 = f32x4.add(s1, f32x4.mul(factor, v128.load(other + 16)));
          s2 = f32x4.add(s2, f32x4.mul(factor, v128.load(other + 32)));
          s3 = f32x4.add(s3, f32x4.mul(factor, v128.load(other + 48)));
          value += stride;
        }
        v128.store(target + at, s0);
        v128.store(target + at + 16, s1);
        v128.store(target + at + 32, s2);
        v128.store(target + at + 48, s3);
      }
      // Heads of eight are common.
      for (; at + 32 <= whole; at += 32) {
        let s0 = f32x4.splat(0);
        let s1 = s0;
        let value = first;
        for (let e = from; e < to; e += 4) {
          const factor = v128.load_splat<u32>(value);
          const other = source + usize(load<u32>(columns + e)) * rowBytes + at;
          s0 = f32x4.add(s0, f32x4.mul(factor, v128.load(other)));
          s1 = f32x4.add(s1, f32x4.mul(factor, v128.load(other + 16)));
          value += stride;
        }
        v128.store(target + at, s0);
        v128.store(target + at + 16, s1);
      }
      if (at < whole) {
        part(columns, first, stride, from, to, source + at, rowBytes, target + at, 4);
        at += 16;
      }
      if (tail) part(columns, first, stride, from, to, source + at, rowBytes, target + at, tail);
      first += 4;
      source += headBytes;
      target += headBytes;
    }
  }
}

// @ts-ignore: decorator
@inline
function part(
  columns: usize,
  value: usize,
  stride: usize,
  from: usize,
  to: usize,
  x: usize,
  rowBytes: usize,
  out: usize,
  lanes: i32,
): void {
  let sum = f32x4.splat(0);
  for (let e = from; e < to; e += 4) {
    const factor = v128.load_splat<u32>(value);
    sum = f32x4.add(sum, f32x4.mul(factor, take(x + usize(load<u32>(columns + e)) * rowBytes, lanes)));
    value += stride;
  }
  put(out, sum, lanes);
}

/** How many of a row's entries stand in columns before `column`. */
// @ts-ignore: decorator
@inline
function entriesBefore(columns: usize, from: usize, to: usize, column: u32): usize {
  const splat = i32x4.splat(column);
  let counts = i32x4.splat(0);
  let e = from;
  for (; e + 16 <= to; e += 16) counts = i32x4.sub(counts, i32x4.lt_u(v128.load(columns + e), splat));
  let count: u32 =
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3);
  for (; e < to; e += 4) count += u32(load<u32>(columns + e) < column);
  return usize(count);
}

/**
 * Row j of `out` ← Σ over the entries e in column j of values[e] · x[row of e], for the columns j from `first` until `last`: the product by the
 * transposed matrix in one walk over the rows, whose columns ascend where these are not all. Heads are those of `sparseProduct`.
 */
export function sparseProductTransposed(
  starts: usize,
  columns: usize,
  values: usize,
  heads: usize,
  rows: u32,
  x: usize,
  width: usize,
  out: usize,
  outRows: u32,
  first: u32,
  last: u32,
): void {
  const headBytes = width << 2;
  const rowBytes = heads * headBytes;
  const stride = heads << 2;
  const tail = i32(width & 3);
  const whole = headBytes & ~15;
  memory.fill(out + usize(first) * rowBytes, 0, usize(last - first) * rowBytes);
  for (let i: u32 = 0; i < rows; i++) {
    let from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
    let to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
    const start = from;
    if (first > 0) from = start + (entriesBefore(columns, start, to, first) << 2);
    if (last < outRows) to = start + (entriesBefore(columns, start, to, last) << 2);
    let value = values + from * heads;
    let row = x + usize(i) * rowBytes;
    let target = out;
    for (let h: usize = 0; h < heads; h++) {
      let at: usize = 0;
      for (; at + 64 <= whole; at += 64) {
        const x0 = v128.load(row + at);
        const x1 = v128.load(row + at + 16);
        const x2 = v128.load(row + at + 32);
        const x3 = v128.load(row + at + 48);
        let own = value;
        for (let e = from; e < to; e += 4) {
          const factor = v128.load_splat<u32>(own);
          const other = target + usize(load<u32>(columns + e)) * rowBytes + at;
          v128.store(other, f32x4.add(v128.load(other), f32x4.mul(factor, x0)));
          v128.store(other + 16, f32x4.add(v128.load(other + 16), f32x4.mul(factor, x1)));
          v128.store(other + 32, f32x4.add(v128.load(other + 32), f32x4.mul(factor, x2)));
          v128.store(other + 48, f32x4.add(v128.load(other + 48), f32x4.mul(factor, x3)));
          own += stride;
        }
      }
      for (; at < whole; at += 16) scatter(columns, value, stride, from, to, row + at, rowBytes, target + at, 4);
      if (tail) scatter(columns, value, stride, from, to, row + at, rowBytes, target + at, tail);
      value += 4;
      row += headBytes;
      target += headBytes;
    }
  }
}

// @ts-ignore: decorator
@inline
function scatter(
  columns: usize,
  value: usize,
  stride: usize,
  from: usize,
  to: usize,
  x: usize,
  rowBytes: usize,
  out: usize,
  lanes: i32,
): void {
  const xi = take(x, lanes);
  for (let e = from; e < to; e += 4) {
    const other = out + usize(load<u32>(columns + e)) * rowBytes;
    addTo(other, f32x4.mul(v128.load_splat<u32>(value), xi), lanes);
    value += stride;
  }
}
