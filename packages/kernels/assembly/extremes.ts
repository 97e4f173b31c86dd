/** The least of n ≥ 1 numbers, none of them NaN. */
export function leastOf(values: usize, n: usize): f32 {
  const vectorEnd = n & ~3;
  let leasts = v128.load32_splat(values);
  let i: usize = 0;
  for (; i < vectorEnd; i += 4) leasts = f32x4.pmin(leasts, v128.load(values + (i << 2)));
  for (; i < n; i++) leasts = f32x4.pmin(leasts, v128.load32_splat(values + (i << 2)));
  return min(
    min(f32x4.extract_lane(leasts, 0), f32x4.extract_lane(leasts, 1)),
    min(f32x4.extract_lane(leasts, 2), f32x4.extract_lane(leasts, 3)),
  );
}

/** The greatest of n ≥ 1 numbers, none of them NaN. */
export function greatestOf(values: usize, n: usize): f32 {
  const vectorEnd = n & ~3;
  let greatests = v128.load32_splat(values);
  let i: usize = 0;
  for (; i < vectorEnd; i += 4) greatests = f32x4.pmax(greatests, v128.load(values + (i << 2)));
  for (; i < n; i++) greatests = f32x4.pmax(greatests, v128.load32_splat(values + (i << 2)));
  return max(
    max(f32x4.extract_lane(greatests, 0), f32x4.extract_lane(greatests, 1)),
    max(f32x4.extract_lane(greatests, 2), f32x4.extract_lane(greatests, 3)),
  );
}
