/** The smallest exponent of a normal float16; below it all numbers are as far apart as there. */
const LEAST_EXPONENT = -14;

/** Bits of a float16 after the point. */
const FRACTION = 10;

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
// Node's platforms are little-endian, but a view says so by itself.
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** The float16 (IEEE 754, binary16) that is nearest to x, of two as near the even one; infinite from 65,520 on. */
export function roundToFloat16(x: number): number {
  if (!Number.isFinite(x)) return x;
  number[0] = x;
  const exponent = ((words[HIGH]! >>> 20) & 0x7ff) - 1023;
  const spacing = 2 ** (Math.max(exponent, LEAST_EXPONENT) - FRACTION);
  // Beside a number whose own spacing is this one, the sum is rounded to it, and to even.
  const beside = 1.5 * 2 ** 52 * spacing;
  const rounded = x + beside - beside;
  if (Math.abs(rounded) >= 65_536) return Math.sign(x) * Number.POSITIVE_INFINITY;
  // The sum has no −0.
  return rounded === 0 ? x * 0 : rounded;
}
