import { addTo, put, take } from './lanes';

/** The sum of four lanes, in the order of the twin. */
// @ts-ignore: decorator
@inline
function total(sums: v128): f32 {
  const low = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1);
  return low + (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
}

/** 1 in lanes that there are, else 0. */
// @ts-ignore: decorator
@inline
function within(value: v128, lanes: i32): v128 {
  return lanes == 4 ? value : v128.and(value, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(lanes)));
}

/** dx of one row, and what it adds to the gradients of scale and bias, which stand one behind the other at `sums`. */
function backwardRow(x: usize, g: usize, scale: usize, bytes: usize, epsilon: f32, dx: usize, sums: usize): void {
  const width = f32(u32(bytes >> 2));
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) sum = f32x4.add(sum, take(x + at, i32(min<usize>(4, (bytes - at) >> 2))));
  const mean = f32x4.splat(total(sum) / width);
  sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const lanes = i32(min<usize>(4, (bytes - at) >> 2));
    const centred = within(f32x4.sub(take(x + at, lanes), mean), lanes);
    sum = f32x4.add(sum, f32x4.mul(centred, centred));
  }
  const factor = f32x4.splat(<f32>1 / sqrt<f32>(total(sum) / width + epsilon));
  let plain = f32x4.splat(0);
  let along = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const lanes = i32(min<usize>(4, (bytes - at) >> 2));
    const entries = f32x4.mul(f32x4.sub(take(x + at, lanes), mean), factor);
    const cotangent = take(g + at, lanes);
    const scaled = f32x4.mul(cotangent, take(scale + at, lanes));
    plain = f32x4.add(plain, scaled);
    along = f32x4.add(along, within(f32x4.mul(scaled, entries), lanes));
    addTo(sums + at, f32x4.mul(cotangent, entries), lanes);
    addTo(sums + bytes + at, cotangent, lanes);
  }
  const meanPlain = f32x4.splat(total(plain) / width);
  const meanAlong = f32x4.splat(total(along) / width);
  for (let at: usize = 0; at < bytes; at += 16) {
    const lanes = i32(min<usize>(4, (bytes - at) >> 2));
    const entries = f32x4.mul(f32x4.sub(take(x + at, lanes), mean), factor);
    const scaled = f32x4.mul(take(g + at, lanes), take(scale + at, lanes));
    const rest = f32x4.sub(f32x4.sub(scaled, meanPlain), f32x4.mul(entries, meanAlong));
    put(dx + at, f32x4.mul(rest, factor), lanes);
  }
}

/**
 * The backward pass of layer normalization for groups of rows from `first` until `last`: dx of all their rows, and for each group the sums that
 * its rows add to the gradients of scale and bias, 2 · width numbers a group at `sums`.
 */
export function layerNormBackward(
  x: usize,
  g: usize,
  scale: usize,
  rows: u32,
  width: u32,
  epsilon: f32,
  group: u32,
  first: u32,
  last: u32,
  dx: usize,
  sums: usize,
): void {
  const bytes = usize(width) << 2;
  for (let k = first; k < last; k++) {
    const own = sums + usize(k) * 2 * bytes;
    memory.fill(own, 0, 2 * bytes);
    const end = min(rows, (k + 1) * group);
    for (let row = k * group; row < end; row++) {
      const at = usize(row) * bytes;
      backwardRow(x + at, g + at, scale, bytes, epsilon, dx + at, own);
    }
  }
}
