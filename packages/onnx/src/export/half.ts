const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The 16 bits of the half float (IEEE 754 binary16) that is nearest to a number, ties to even; infinite beyond 65,504. */
export function halfOfFloat(value: number): number {
  float[0] = value;
  const x = bits[0]!;
  const sign = (x >>> 16) & 0x8000;
  const magnitude = x & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // Halfway between the largest and what would be the next.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Steps of 2⁻²⁴: adding and rounding in whole numbers is exact, ties to even by hand.
    const scaled = Math.abs(float[0]!) * 2 ** 24;
    const whole = Math.floor(scaled);
    const rest = scaled - whole;
    return sign | (whole + (rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? 1 : 0));
  }
  const half = (magnitude - 0x38000000) >>> 13;
  const rest = magnitude & 0x1fff;
  return sign | (half + (rest > 0x1000 || (rest === 0x1000 && half % 2 === 1) ? 1 : 0));
}

/** The upper 16 bits of the float32 that is nearest to a number in bfloat16, ties to even. */
export function bfloatOfFloat(value: number): number {
  float[0] = value;
  const x = bits[0]!;
  const upper = x >>> 16;
  const rest = x & 0xffff;
  return upper + (rest > 0x8000 || (rest === 0x8000 && upper % 2 === 1) ? 1 : 0);
}
