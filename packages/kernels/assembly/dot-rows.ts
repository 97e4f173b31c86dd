import { take } from './lanes';

/** Σ x y in four partial sums, entry n in the sum n mod 4, as in the twin. */
// @ts-ignore: decorator
@inline
export function dotRows(x: usize, y: usize, bytes: usize): f32 {
  const whole = bytes & ~15;
  const tail = i32((bytes >> 2) & 3);
  let sums = f32x4.splat(0);
  let at: usize = 0;
  for (; at < whole; at += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(x + at), v128.load(y + at)));
  if (tail) sums = f32x4.add(sums, f32x4.mul(take(x + at, tail), take(y + at, tail)));
  return (
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
  );
}

/** `dotRows` of x with four others: a vector of x is read once, and the last sums are taken of all four at once. */
// @ts-ignore: decorator
@inline
export function dotFourRows(x: usize, y0: usize, y1: usize, y2: usize, y3: usize, bytes: usize): v128 {
  const whole = bytes & ~15;
  const tail = i32((bytes >> 2) & 3);
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const own = v128.load(x + at);
    s0 = f32x4.add(s0, f32x4.mul(own, v128.load(y0 + at)));
    s1 = f32x4.add(s1, f32x4.mul(own, v128.load(y1 + at)));
    s2 = f32x4.add(s2, f32x4.mul(own, v128.load(y2 + at)));
    s3 = f32x4.add(s3, f32x4.mul(own, v128.load(y3 + at)));
  }
  if (tail) {
    const own = take(x + at, tail);
    s0 = f32x4.add(s0, f32x4.mul(own, take(y0 + at, tail)));
    s1 = f32x4.add(s1, f32x4.mul(own, take(y1 + at, tail)));
    s2 = f32x4.add(s2, f32x4.mul(own, take(y2 + at, tail)));
    s3 = f32x4.add(s3, f32x4.mul(own, take(y3 + at, tail)));
  }
  const low01 = v128.shuffle<u32>(s0, s1, 0, 4, 1, 5);
  const high01 = v128.shuffle<u32>(s0, s1, 2, 6, 3, 7);
  const low23 = v128.shuffle<u32>(s2, s3, 0, 4, 1, 5);
  const high23 = v128.shuffle<u32>(s2, s3, 2, 6, 3, 7);
  return f32x4.add(
    f32x4.add(v128.shuffle<u64>(low01, low23, 0, 2), v128.shuffle<u64>(low01, low23, 1, 3)),
    f32x4.add(v128.shuffle<u64>(high01, high23, 0, 2), v128.shuffle<u64>(high01, high23, 1, 3)),
  );
}
