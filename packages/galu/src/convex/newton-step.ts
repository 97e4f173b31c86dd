import { choleskySolve } from '../cholesky.ts';
import { factor as factorize } from './factor.ts';
import { addOutputs, adjoint, dot, type GatedFeatures, norm } from './gated-features.ts';

/** What changes while the program of gated neurons is solved. */
export interface GatedState {
  readonly weights: Float64Array[];
  /** y − Φw. */
  readonly residual: Float64Array;
  /** Gates that are swept, and Xᵀ D_j X / n of each. */
  readonly grams: Map<number, Float64Array>;
}

/** Steps of conjugate gradients, and the share of the gradient at which they end. */
const [CG_STEPS, CG_TOLERANCE] = [100, 1e-3];

/** A vector of d for each neuron that isn't 0. */
type Blocks = Float64Array[];

/**
 * One step of Newton's method on the weights of neurons that aren't 0, where the objective is smooth: the Hessian is ΦᵀΦ/n + λ (I/‖w_j‖ − w_j w_jᵀ/‖w_j‖³), and its
 * system is solved by conjugate gradients, preconditioned by its diagonal blocks. The step is halved until the objective falls enough (Armijo's rule), and not taken where it doesn't.
 */
export function newtonStep(f: GatedFeatures, state: GatedState, penalty: number): void {
  const support = [...state.grams.keys()].filter((j) => norm(state.weights[j]!) > 0);
  if (support.length === 0) return;
  const weights = support.map((j) => state.weights[j]!);
  const lengths = weights.map(norm);
  const gradient = support.map((j, at) => {
    const g = adjoint(f, j, state.residual, -1 / f.rows, new Float64Array(f.columns));
    for (let t = 0; t < g.length; t++) g[t]! += (penalty * weights[at]![t]!) / lengths[at]!;
    return g;
  });
  const curvature = { f, support, weights, lengths, penalty };
  const factors = support.map((j, at) => blockFactor(state.grams.get(j)!, weights[at]!, lengths[at]!, penalty));
  const step = conjugateGradients(curvature, factors, gradient);
  takeStep(f, state, { support, gradient, step, penalty });
}

interface Curvature {
  readonly f: GatedFeatures;
  readonly support: readonly number[];
  readonly weights: Blocks;
  readonly lengths: readonly number[];
  readonly penalty: number;
}

/** Solves H p = −g. */
function conjugateGradients(curvature: Curvature, factors: Float64Array[], gradient: Blocks): Blocks {
  const solution = gradient.map((g) => new Float64Array(g.length));
  const rest = gradient.map((g) => g.map((value) => -value));
  let scaled = precondition(factors, rest);
  const direction = scaled.map((s) => s.slice());
  let size = inner(rest, scaled);
  const enough = CG_TOLERANCE ** 2 * inner(rest, rest);
  for (let step = 0; step < CG_STEPS && inner(rest, rest) > enough; step++) {
    const turned = hessianTimes(curvature, direction);
    const along = size / inner(direction, turned);
    if (!Number.isFinite(along)) break;
    addTo(solution, direction, along);
    addTo(rest, turned, -along);
    scaled = precondition(factors, rest);
    const next = inner(rest, scaled);
    direction.forEach((p, at) => {
      for (let t = 0; t < p.length; t++) p[t] = scaled[at]![t]! + (next / size) * p[t]!;
    });
    size = next;
  }
  return solution;
}

function hessianTimes({ f, support, weights, lengths, penalty }: Curvature, p: Blocks): Blocks {
  const outputs = new Float64Array(f.rows);
  support.forEach((j, at) => {
    addOutputs(f, j, p[at]!, outputs);
  });
  return support.map((j, at) => {
    const product = adjoint(f, j, outputs, 1 / f.rows, new Float64Array(f.columns));
    const [w, length] = [weights[at]!, lengths[at]!];
    const share = dot(w, p[at]!) / length ** 2;
    for (let t = 0; t < product.length; t++) product[t]! += (penalty / length) * (p[at]![t]! - share * w[t]!);
    return product;
  });
}

/** The factor of Q_jj + λ (I/‖w‖ − w wᵀ/‖w‖³), with a little more on its diagonal: it is singular where X has too few rows. */
function blockFactor(gram: Float64Array, w: Float64Array, length: number, penalty: number): Float64Array {
  const d = w.length;
  const block = gram.slice();
  const bend = penalty / length;
  let trace = 0;
  for (let s = 0; s < d; s++) trace += gram[s * d + s]!;
  for (let s = 0; s < d; s++) {
    for (let t = 0; t < d; t++) block[s * d + t]! -= (bend * w[s]! * w[t]!) / length ** 2;
    block[s * d + s]! += bend + 1e-9 * (trace / d + bend);
  }
  factorize(block, d);
  return block;
}

function precondition(factors: readonly Float64Array[], r: Blocks): Blocks {
  return r.map((block, at) => {
    const solved = block.slice();
    choleskySolve(factors[at]!, solved.length, solved);
    return solved;
  });
}

interface Step {
  readonly support: readonly number[];
  readonly gradient: Blocks;
  readonly step: Blocks;
  readonly penalty: number;
}

function takeStep(f: GatedFeatures, state: GatedState, { support, gradient, step, penalty }: Step): void {
  const slope = inner(gradient, step);
  if (!(slope < 0)) return;
  const outputs = new Float64Array(f.rows);
  support.forEach((j, at) => {
    addOutputs(f, j, step[at]!, outputs);
  });
  const lengthsAt = (share: number) =>
    support.reduce((sum, j, at) => sum + norm(state.weights[j]!.map((w, t) => w + share * step[at]![t]!)), 0);
  const [rr, ro, oo] = [dot(state.residual, state.residual), dot(state.residual, outputs), dot(outputs, outputs)];
  const objective = (share: number) =>
    (rr - 2 * share * ro + share * share * oo) / (2 * f.rows) + penalty * lengthsAt(share);
  const now = objective(0);
  for (let share = 1; share > 1e-4; share /= 2) {
    if (objective(share) > now + 1e-4 * share * slope) continue;
    support.forEach((j, at) => {
      const w = state.weights[j]!;
      for (let t = 0; t < w.length; t++) w[t]! += share * step[at]![t]!;
    });
    for (let i = 0; i < outputs.length; i++) state.residual[i]! -= share * outputs[i]!;
    return;
  }
}

const inner = (a: Blocks, b: Blocks): number => a.reduce((sum, block, at) => sum + dot(block, b[at]!), 0);

function addTo(to: Blocks, from: Blocks, scale: number): void {
  to.forEach((block, at) => {
    for (let t = 0; t < block.length; t++) block[t]! += scale * from[at]![t]!;
  });
}
