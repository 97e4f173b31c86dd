/** Clears the sign of a float32. What is left orders like the magnitude, with infinity above every number and NaN above infinity. */
export const ABSOLUTE_BITS: i32 = 0x7fffffff;

/** The bits of float32 infinity. */
export const INFINITY_BITS: i32 = 0x7f800000;

/** The largest of the four signed lanes. */
// @ts-ignore: decorator
@inline
export function largestLane(lanes: v128): i32 {
  return max(
    max(i32x4.extract_lane(lanes, 0), i32x4.extract_lane(lanes, 1)),
    max(i32x4.extract_lane(lanes, 2), i32x4.extract_lane(lanes, 3)),
  );
}
