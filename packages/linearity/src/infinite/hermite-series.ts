import { InputError } from '@unbraid/checks';
import type { Means, Moments } from './moments.ts';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

const functions = {
  tanh: Math.tanh,
  sigmoid,
  swish: (z: number) => z * sigmoid(z),
  softplus: (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
};

/** Smooth activations without closed forms. */
export const seriesActivations = ['tanh', 'swish', 'softplus', 'sigmoid'] as const;
export type SeriesActivation = (typeof seriesActivations)[number];

/** Terms of a series. */
const TERMS = 240;
/**
 * The trapezoidal rule, whose error for functions that are analytic in a strip of half-width d is e^(−2π d / STEP) (Trefethen and Weideman 2014): nothing
 * here. Hermite functions of degree up to TERMS are within rounding of 0 from REACH on, and oscillate more slowly than the step.
 */
const STEP = 1 / 16;
const REACH = 40;
/** What a series may leave out of E φ², relative. */
const LEFT_OUT = 1e-9;
/** Coefficients that are kept: inputs of one norm share theirs. */
const KEPT = 4096;

/**
 * E φ(u) φ(v) = Σ c_k(E u²) c_k(E v²) ρᵏ, where c_k(s) is the coefficient of z ↦ φ(√s z) with the normalized Hermite polynomial of degree k and ρ the correlation
 * of u and v (Daniely, Frostig and Singer 2016, section 4.2), and by its derivative E φ'(u) φ'(v).
 */
export function seriesMeans(name: SeriesActivation): (moments: Moments) => Means {
  const known = new Map<number, Float64Array>();
  const coefficients = (variance: number): Float64Array => {
    const found = known.get(variance);
    if (found) return found;
    const made = coefficientsOf(name, variance);
    if (known.size >= KEPT) known.clear();
    known.set(variance, made);
    return made;
  };
  const atZero = slopeAtZero(functions[name]);
  /** E φ'(u) for u of some variance, by E φ'(√s z) = E φ(√s z) z / √s; at 0 the derivative itself. */
  const slopeOf = (variance: number, [, first]: Float64Array): number =>
    variance > 0 ? first! / Math.sqrt(variance) : atZero;
  return ({ xx, zz, xz }) => {
    const size = Math.sqrt(xx * zz);
    const [a, b] = [coefficients(xx), coefficients(zz)];
    if (size === 0) return { product: a[0]! * b[0]!, slopes: slopeOf(xx, a) * slopeOf(zz, b) };
    const correlation = Math.min(1, Math.max(-1, xz / size));
    let [product, slopes] = [0, 0];
    // Horner's scheme, from the smallest terms on.
    for (let k = TERMS - 1; k >= 0; k--) {
      const term = a[k]! * b[k]!;
      product = product * correlation + term;
      if (k > 0) slopes = slopes * correlation + k * term;
    }
    return { product, slopes: slopes / size };
  };
}

/** φ'(0). */
function slopeAtZero(phi: (z: number) => number): number {
  const h = 1e-4;
  // Odd terms cancel up to h⁴ by Richardson's extrapolation.
  const difference = (step: number) => (phi(step) - phi(-step)) / (2 * step);
  return (4 * difference(h) - difference(2 * h)) / 3;
}

/** c_0 to c_{TERMS − 1} of z ↦ φ(√s z). @throws {InputError} `limit`, where they leave out too much of E φ² */
function coefficientsOf(name: SeriesActivation, variance: number): Float64Array {
  const phi = functions[name];
  const found = new Float64Array(TERMS);
  const deviation = Math.sqrt(variance);
  let whole = 0;
  for (let z = -REACH; z <= REACH; z += STEP) {
    const value = phi(deviation * z);
    // h_k(z) √density, which neither grows nor underflows before it counts.
    let before = 0;
    let now = Math.exp((-z * z) / 4);
    const weight = (value * STEP * now) / Math.sqrt(2 * Math.PI);
    whole += (value * now) ** 2;
    for (let k = 0; k < TERMS; k++) {
      found[k]! += weight * now;
      const next = (z * now - Math.sqrt(k) * before) / Math.sqrt(k + 1);
      before = now;
      now = next;
    }
  }
  whole *= STEP / Math.sqrt(2 * Math.PI);
  const kept = found.reduce((sum, c) => sum + c * c, 0);
  if (!(whole - kept <= LEFT_OUT * whole)) {
    throw new InputError(
      'limit',
      `linearity: the Gaussian means of ${name} at variance ${variance.toPrecision(3)} need more than ${TERMS} terms; scale the inputs, weightStd or biasStd down`,
    );
  }
  return found;
}
