// The scalar twin of assembly/normal.ts, operation for operation; the constants are explained there.

const { fround, sqrt } = Math;

const QUARTER_TURN = fround(1.4629180792671596e-9);
const LN_2 = fround(Math.LN2);
const ROOT_HALF_BITS = 0x3f3504f3;

type Coefficients = readonly [number, number, number];

const LOGARITHM = coefficients(0.6666677638186115, 0.3997754154407065, 0.2987172868465716);
const SINE = coefficients(-0.16666654943711354, 0.00833217814658832, -0.0001951729902670055);
const COSINE = coefficients(0.04166664686588749, -0.001388736749253345, 0.000024438449255322968);

function coefficients(c0: number, c1: number, c2: number): Coefficients {
  return [fround(c0), fround(c1), fround(c2)];
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function polynomial(z: number, [c0, c1, c2]: Coefficients): number {
  return fround(c0 + fround(z * fround(c1 + fround(z * c2))));
}

/** √(−2 ln u) with u = (word + ½)·2⁻³² rounded to float32. */
function radius(word: number): number {
  float[0] = fround(fround(fround(word) * 2 ** -32) + 2 ** -33);
  const exponent = (bits[0]! - ROOT_HALF_BITS) >> 23;
  bits[0]! -= exponent << 23;
  const f = fround(float[0] - 1);
  const s = fround(f / fround(f + 2));
  const z = fround(s * s);
  const tail = fround(fround(s * z) * polynomial(z, LOGARITHM));
  const ofMantissa = fround(fround(s + s) + tail);
  const ln = fround(fround(exponent * LN_2) + ofMantissa);
  return fround(sqrt(fround(ln * -2)));
}

/** Two independent normal numbers from two random words, by Box and Muller (1958); mean and std are float32. */
export function normalPair(
  word: number,
  turn: number,
  { mean, std }: { readonly mean: number; readonly std: number },
): [number, number] {
  const r = fround(radius(word) * std);
  const quarter = ((turn + 0x20000000) | 0) >>> 30;
  const x = fround(fround((turn - (quarter << 30)) | 0) * QUARTER_TURN);
  const z = fround(x * x);
  const sin = fround(x + fround(fround(x * z) * polynomial(z, SINE)));
  const cosTail = fround(fround(z * z) * polynomial(z, COSINE));
  const cos = fround(fround(1 - fround(0.5 * z)) + cosTail);
  const [c, s] = [
    [cos, sin],
    [-sin, cos],
    [-cos, -sin],
    [sin, -cos],
  ][quarter] as [number, number];
  return [fround(mean + fround(r * c)), fround(mean + fround(r * s))];
}
