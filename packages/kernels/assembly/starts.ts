/**
 * How many entries each of n groups has → where the group's first entry goes when groups follow each other. n is a
 * multiple of 4. Returns the sum of the squares of the counts.
 */
export function toStarts(counts: usize, n: usize): f32 {
  const end = counts + (n << 2);
  const zero = i32x4.splat(0);
  let total = zero;
  let squares = f32x4.splat(0);
  for (; counts < end; counts += 16) {
    const count = v128.load(counts);
    const size = f32x4.convert_i32x4_u(count);
    squares = f32x4.add(squares, f32x4.mul(size, size));
    const pairs = i32x4.add(count, v128.shuffle<u32>(zero, count, 0, 4, 5, 6));
    const sums = i32x4.add(pairs, v128.shuffle<u32>(zero, pairs, 0, 1, 4, 5));
    v128.store(counts, i32x4.add(total, i32x4.sub(sums, count)));
    total = i32x4.add(total, v128.shuffle<u32>(sums, sums, 3, 3, 3, 3));
  }
  return (
    f32x4.extract_lane(squares, 0) +
    f32x4.extract_lane(squares, 1) +
    (f32x4.extract_lane(squares, 2) + f32x4.extract_lane(squares, 3))
  );
}
