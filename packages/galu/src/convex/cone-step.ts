import { choleskySolve, invertFactor } from '../cholesky.ts';
import { addScaled, dot } from '../vectors.ts';
import { addWalls, longest, multiplierStep, type Walls, within } from './barrier.ts';
import { timesCone } from './cone.ts';
import { addOutputs, adjoint, type GatedFeatures } from './gated-features.ts';
import { addNorm, dualStep, longestTurn } from './smooth-norm.ts';
import { addProduct, factorize } from './square-matrices.ts';

/** A ReLU neuron of the convex program: its gate, the sign of its output, its cone, and its weights, which lie inside. */
export interface ConeNeuron {
  readonly gate: number;
  readonly sign: 1 | -1;
  /** M_j = (2 D_j − I) X, as `coneOf` gives it. */
  readonly cone: Float64Array;
  /** d, M_j v > 0. */
  readonly v: Float64Array;
  /** Its dual, d, ‖q‖ < 1. */
  readonly q: Float64Array;
  /** What holds v inside: a multiplier > 0 for each row of the cone. */
  readonly z: Float64Array;
}

/** The program at a barrier parameter: (1/2n) ‖y − Σ ±D_j X v‖² + λ Σ ‖v‖ with M_j v ⊙ z = μ. */
export interface Centre {
  readonly features: GatedFeatures;
  readonly penalty: number;
  readonly mu: number;
}

/** A little of what the loss curves in a weight, which is about 1 in the units of the features. */
const LOSS_CURVES = 1e-7;

/** Times that a Newton step is solved for again. */
const REFINEMENTS = 1;

/**
 * One step of a primal-dual interior-point method towards the centre of μ; weights stay in their cones and multipliers positive.
 * @param residual y − Φv, changed with v
 * @returns the share of the step that was taken, the smaller of both
 */
export function coneStep(centre: Centre, neurons: readonly ConeNeuron[], residual: Float64Array): number {
  const walls = neurons.map(({ cone, v, z }) => ({ cone, slack: timesCone(cone, v), z }));
  const parts = neurons.map((neuron, at) => localPart(centre, neuron, walls[at]!, residual));
  const steps = solveNewton(centre.features, neurons, parts);
  const moves = neurons.map(({ cone }, at) => timesCone(cone, steps[at]!));
  const pulls = walls.map((wall, at) => multiplierStep(wall, moves[at]!, centre.mu));
  const turns = neurons.map((neuron, at) => dualStep(neuron, centre, steps[at]!));
  const primal = within(walls.map(({ slack }, at) => longest(slack, moves[at]!)));
  const dual = within(neurons.map(({ z, q }, at) => Math.min(longest(z, pulls[at]!), longestTurn(q, turns[at]!))));
  neurons.forEach(({ gate, sign, v, q, z }, at) => {
    addScaled(primal, steps[at]!, v);
    addScaled(dual, turns[at]!, q);
    addScaled(dual, pulls[at]!, z);
    addOutputs(centre.features, gate, steps[at]!, residual, -sign * primal);
  });
  return Math.min(primal, dual);
}

interface Local {
  /** The gradient once multipliers are eliminated, d. */
  readonly gradient: Float64Array;
  /** B's block: what the norm and the cone curve, d × d. */
  readonly block: Float64Array;
  readonly inverse: Float64Array;
}

function localPart(centre: Centre, { gate, sign, v, q }: ConeNeuron, walls: Walls, residual: Float64Array): Local {
  const { features: f, mu } = centre;
  const d = v.length;
  const gradient = adjoint(f, gate, residual, -sign / f.rows, new Float64Array(d));
  const block = new Float64Array(d * d);
  addNorm({ v, q }, centre, gradient, block);
  // Along v neither norm nor cone curves where v is an edge of its cone: what the loss curves there stands for it, a little of it.
  addWalls(walls, mu, { gradient, hessian: block, least: LOSS_CURVES });
  const factor = block.slice();
  factorize(factor, d);
  return { gradient, block, inverse: squareOf(invertFactor(factor, d), d) };
}

/** Lᵀ L of a lower triangular L. */
function squareOf(l: Float64Array, d: number): Float64Array {
  const square = new Float64Array(d * d);
  for (let i = 0; i < d; i++)
    for (let s = 0; s <= i; s++) for (let t = 0; t <= i; t++) square[s * d + t]! += l[i * d + s]! * l[i * d + t]!;
  return square;
}

/**
 * Solves (ΦᵀΦ/n + B) Δ = −g by the Woodbury identity: Δ = B⁻¹ (h − Φᵀ x), (nI + Φ B⁻¹ Φᵀ) x = Φ B⁻¹ h for h = −g; then once more for what that leaves, since B
 * hardly curves along the edges of cones, and much across them.
 */
function solveNewton(f: GatedFeatures, neurons: readonly ConeNeuron[], parts: readonly Local[]): Float64Array[] {
  const n = f.rows;
  const system = new Float64Array(n * n);
  for (let i = 0; i < n; i++) system[i * n + i] = n;
  for (const [gate, inverse] of inverseOfGates(neurons, parts)) addProducts(f, gate, inverse, system);
  factorize(system, n);
  const right = parts.map(({ gradient }) => gradient.map((value) => -value));
  const steps = solveOnce(f, neurons, parts, right, system);
  for (let again = 0; again < REFINEMENTS; again++) {
    const outputs = outputsOf(f, neurons, steps);
    const rest = neurons.map(({ gate, sign }, at) => {
      const left = adjoint(f, gate, outputs, -sign / n, new Float64Array(f.columns));
      const bent = addProduct(parts[at]!.block, steps[at]!, new Float64Array(f.columns));
      return left.map((value, t) => right[at]![t]! + value - bent[t]!);
    });
    solveOnce(f, neurons, parts, rest, system).forEach((change, at) => {
      addScaled(1, change, steps[at]!);
    });
  }
  return steps;
}

function solveOnce(
  f: GatedFeatures,
  neurons: readonly ConeNeuron[],
  parts: readonly Local[],
  right: readonly Float64Array[],
  factor: Float64Array,
): Float64Array[] {
  const scaled = parts.map(({ inverse }, at) => addProduct(inverse, right[at]!, new Float64Array(f.columns)));
  const x = outputsOf(f, neurons, scaled);
  choleskySolve(factor, f.rows, x);
  return neurons.map(({ gate, sign }, at) => {
    const rest = adjoint(f, gate, x, -sign, new Float64Array(f.columns));
    addScaled(1, right[at]!, rest);
    return addProduct(parts[at]!.inverse, rest, new Float64Array(f.columns));
  });
}

/** Φ v. */
function outputsOf(f: GatedFeatures, neurons: readonly ConeNeuron[], v: readonly Float64Array[]): Float64Array {
  const outputs = new Float64Array(f.rows);
  neurons.forEach(({ gate, sign }, at) => {
    addOutputs(f, gate, v[at]!, outputs, sign);
  });
  return outputs;
}

/** The sum of the inverses of a gate's neurons, which have the same features but for their sign. */
function inverseOfGates(neurons: readonly ConeNeuron[], parts: readonly Local[]): Map<number, Float64Array> {
  const sums = new Map<number, Float64Array>();
  neurons.forEach(({ gate }, at) => {
    const { inverse } = parts[at]!;
    const sum = sums.get(gate);
    sums.set(gate, sum ? sum.map((value, t) => value + inverse[t]!) : inverse);
  });
  return sums;
}

/** system += D_j X C Xᵀ D_j, its lower triangle. */
function addProducts(f: GatedFeatures, gate: number, c: Float64Array, system: Float64Array): void {
  const { rows: n, columns: d, x } = f;
  const open = f.open[gate]!;
  const turned = new Float64Array(open.length * d);
  open.forEach((i, at) => {
    const out = turned.subarray(at * d, (at + 1) * d) as Float64Array;
    addProduct(c, x.subarray(i * d, (i + 1) * d) as Float64Array, out);
  });
  for (let a = 0; a < open.length; a++) {
    const row = open[a]! * n;
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let t = 0, p = a * d, q = open[b]! * d; t < d; t++) sum += turned[p + t]! * x[q + t]!;
      system[row + open[b]!]! += sum;
    }
  }
}

/** The mean of slack times multiplier, μ at the centre. */
export function complementarity(neurons: readonly ConeNeuron[]): number {
  let [sum, count] = [0, 0];
  for (const { cone, v, z } of neurons) {
    sum += dot(timesCone(cone, v), z);
    count += z.length;
  }
  return sum / count;
}
