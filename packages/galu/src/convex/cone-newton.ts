import { InputError } from '@unbraid/checks';
import { choleskySolve } from '../cholesky.ts';
import { addScaled } from '../vectors.ts';
import type { ConeGraphs } from './cone-graphs.ts';
import type { ConeNeuron } from './cone-neuron.ts';
import type { GateProducts } from './gate-products.ts';
import { addOutputs, adjoint, type GatedFeatures } from './gated-features.ts';
import { addProduct, factorize } from './square-matrices.ts';

/** What a neuron brings to the system of a Newton step. */
export interface Local {
  /** The gradient once multipliers are eliminated, d. */
  readonly gradient: Float64Array;
  /** B's block: what the norm and the cone curve, d × d. */
  readonly block: Float64Array;
  /** L⁻¹ of B = L Lᵀ. */
  readonly inverseRoot: Float64Array;
}

/** A system that is to be solved. */
export interface ConeSystem {
  readonly features: GatedFeatures;
  readonly products: GateProducts;
  readonly neurons: readonly ConeNeuron[];
  readonly parts: readonly Local[];
  readonly graphs: Pick<ConeGraphs, 'factorRows'>;
}

/** Solves for right sides, d for each neuron. */
type Solver = (right: readonly Float64Array[]) => Float64Array[];

/** Unknowns that are eliminated to, at most: a factorization of as many takes about a minute in double precision. */
const MOST_UNKNOWNS = 6144;

/** Times that a Newton step is solved for again. */
const REFINEMENTS = 1;

/**
 * Solves (ΦᵀΦ/n + B) Δ = −g, in unknowns of rows or of weights, whichever are fewer; then once more for what that leaves, since B hardly curves along the edges of cones, and much
 * across them.
 */
export async function solveNewton(system: ConeSystem): Promise<Float64Array[]> {
  const { features: f, neurons, parts } = system;
  const right = parts.map(({ gradient }) => gradient.map((value) => -value));
  const solve = neurons.length * f.columns < f.rows ? byWeights(system) : await byRows(system);
  const steps = solve(right);
  for (let again = 0; again < REFINEMENTS; again++) {
    const outputs = outputsOf(f, neurons, steps);
    const rest = neurons.map(({ gate, sign }, at) => {
      const left = adjoint(f, gate, outputs, -sign / f.rows, new Float64Array(f.columns));
      const bent = addProduct(parts[at]!.block, steps[at]!, new Float64Array(f.columns));
      return left.map((value, t) => right[at]![t]! + value - bent[t]!);
    });
    solve(rest).forEach((change, at) => {
      addScaled(1, change, steps[at]!);
    });
  }
  return steps;
}

/** @throws {InputError} where rows and weights are both too many for a step */
export function checkUnknowns(rows: number, weights: number): void {
  if (Math.min(rows, weights) <= MOST_UNKNOWNS) return;
  throw new InputError(
    'limit',
    `galu: X has ${rows} rows, and the neurons of the ReLU program ${weights} weights; one of them may be ${MOST_UNKNOWNS} at most: use method: 'decomposed', fewer rows, or fewer gates`,
  );
}

/** By the Woodbury identity: Δ = B⁻¹ (h − Φᵀ x), (nI + Φ B⁻¹ Φᵀ) x = Φ B⁻¹ h. */
async function byRows({ features: f, neurons, parts, graphs }: ConeSystem): Promise<Solver> {
  const inverses = parts.map(({ inverseRoot }) => squareOf(inverseRoot, f.columns));
  const sums = sumsByGate(neurons, inverses);
  const solve = await graphs.factorRows([...sums.keys()], [...sums.values()]);
  const inverse = (at: number, h: Float64Array) => addProduct(inverses[at]!, h, new Float64Array(f.columns));
  return (right) => {
    const scaled = right.map((h, at) => inverse(at, h));
    const x = solve(outputsOf(f, neurons, scaled));
    return neurons.map(({ gate, sign }, at) => {
      const rest = adjoint(f, gate, x, -sign, new Float64Array(f.columns));
      addScaled(1, right[at]!, rest);
      return inverse(at, rest);
    });
  };
}

/** With B = L Lᵀ, block by block: Δ = L⁻ᵀ y, (I + L⁻¹ (ΦᵀΦ/n) L⁻ᵀ) y = L⁻¹ h, whose eigenvalues are 1 at least. */
function byWeights(system: ConeSystem): Solver {
  const d = system.features.columns;
  const size = system.neurons.length * d;
  const factor = scaledHessian(system);
  factorize(factor, size);
  return (right) => {
    const y = new Float64Array(size);
    const part = (at: number) => y.subarray(at * d, (at + 1) * d) as Float64Array;
    system.parts.forEach(({ inverseRoot }, at) => void addProduct(inverseRoot, right[at]!, part(at)));
    choleskySolve(factor, size, y);
    return system.parts.map(({ inverseRoot }, at) => addTransposed(inverseRoot, part(at), new Float64Array(d)));
  };
}

/** I + L⁻¹ (ΦᵀΦ/n) L⁻ᵀ, its lower triangle. */
function scaledHessian({ features: { columns: d }, products, neurons, parts }: ConeSystem): Float64Array {
  const width = neurons.length * d;
  const matrix = new Float64Array(width * width);
  const half = new Float64Array(d * d);
  neurons.forEach((neuron, at) => {
    for (let from = 0; from <= at; from++) {
      const other = neurons[from]!;
      timesTransposed(products(neuron.gate, other.gate), parts[from]!.inverseRoot, d, half);
      const left = parts[at]!.inverseRoot;
      for (let s = 0; s < d; s++) {
        const start = (at * d + s) * width + from * d;
        for (let r = 0; r <= s; r++) {
          const share = neuron.sign * other.sign * left[s * d + r]!;
          for (let t = 0; t < d; t++) matrix[start + t]! += share * half[r * d + t]!;
        }
      }
    }
  });
  for (let i = 0; i < width; i++) matrix[i * width + i]! += 1;
  return matrix;
}

/** out = K Rᵀ for a lower triangular R. */
function timesTransposed(k: Float64Array, lower: Float64Array, d: number, out: Float64Array): void {
  for (let s = 0; s < d; s++) {
    for (let t = 0; t < d; t++) {
      let sum = 0;
      for (let r = 0; r <= t; r++) sum += k[s * d + r]! * lower[t * d + r]!;
      out[s * d + t] = sum;
    }
  }
}

/** out += Rᵀ y. */
function addTransposed(lower: Float64Array, y: Float64Array, out: Float64Array): Float64Array {
  const d = y.length;
  for (let r = 0; r < d; r++) for (let s = 0; s <= r; s++) out[s]! += lower[r * d + s]! * y[r]!;
  return out;
}

/** Lᵀ L of a lower triangular L. */
function squareOf(l: Float64Array, d: number): Float64Array {
  const square = new Float64Array(d * d);
  for (let i = 0; i < d; i++)
    for (let s = 0; s <= i; s++) for (let t = 0; t <= i; t++) square[s * d + t]! += l[i * d + s]! * l[i * d + t]!;
  return square;
}

/** Φ v. */
function outputsOf(f: GatedFeatures, neurons: readonly ConeNeuron[], v: readonly Float64Array[]): Float64Array {
  const outputs = new Float64Array(f.rows);
  neurons.forEach(({ gate, sign }, at) => {
    addOutputs(f, gate, v[at]!, outputs, sign);
  });
  return outputs;
}

/** The sums of matrices of a gate's neurons, which have the same features but for their sign. */
function sumsByGate(neurons: readonly ConeNeuron[], matrices: readonly Float64Array[]): Map<number, Float64Array> {
  const sums = new Map<number, Float64Array>();
  neurons.forEach(({ gate }, at) => {
    const sum = sums.get(gate);
    sums.set(gate, sum ? sum.map((value, t) => value + matrices[at]![t]!) : matrices[at]!);
  });
  return sums;
}
