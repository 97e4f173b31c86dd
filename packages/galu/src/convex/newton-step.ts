import { solveLower, solveUpper } from '../cholesky.ts';
import { conjugateSteps } from '../newton-steps.ts';
import { addScaled, dot, inDouble, norm } from '../vectors.ts';
import { addOutputs, adjoint, type GatedFeatures } from './gated-features.ts';
import { addToDiagonal, factorize, trace } from './square-matrices.ts';

/** What changes while the program of gated neurons is solved. */
export interface GatedState {
  readonly weights: Float64Array[];
  /** y − Φw. */
  readonly residual: Float64Array;
  /** Gates that are swept, and Xᵀ D_j X / n of each. */
  readonly grams: Map<number, Float64Array>;
}

/** Share of the gradient, as it is preconditioned, that conjugate gradients leave. */
const FORCING = 1e-2;

/** A neuron that isn't 0. */
interface Neuron {
  readonly gate: number;
  readonly w: Float64Array;
  /** ‖w‖. */
  readonly length: number;
  /** Of its block of the Hessian. */
  readonly factor: Float64Array;
}

/** Neurons, and where in vectors of all weights, d for each, theirs are. */
interface Support {
  readonly f: GatedFeatures;
  readonly neurons: readonly Neuron[];
  readonly penalty: number;
}

/**
 * One step of Newton's method on the weights of neurons that aren't 0, where the objective is smooth: the Hessian is ΦᵀΦ/n + λ (I/‖w_j‖ − w_j w_jᵀ/‖w_j‖³), and its
 * system is solved by conjugate gradients, preconditioned by its diagonal blocks. The step is halved until the objective falls enough (Armijo's rule), and not taken where it doesn't.
 */
export async function newtonStep(f: GatedFeatures, state: GatedState, penalty: number): Promise<void> {
  const support: Support = { f, neurons: neuronsOf(state, penalty), penalty };
  if (support.neurons.length === 0) return;
  const gradient = gradientOf(support, state.residual);
  takeStep(support, state.residual, gradient, await solveNewton(support, gradient));
}

function neuronsOf({ weights, grams }: GatedState, penalty: number): Neuron[] {
  return [...grams].flatMap(([gate, gram]) => {
    const w = weights[gate]!;
    const length = norm(w);
    return length > 0 ? [{ gate, w, length, factor: blockFactor(gram, w, length, penalty) }] : [];
  });
}

/** The factor of Q_jj + λ (I/‖w‖ − w wᵀ/‖w‖³), with a little more on its diagonal: it is singular where X has too few rows. */
function blockFactor(gram: Float64Array, w: Float64Array, length: number, penalty: number): Float64Array {
  const d = w.length;
  const block = gram.slice();
  const bend = penalty / length;
  for (let s = 0; s < d; s++) for (let t = 0; t < d; t++) block[s * d + t]! -= (bend * w[s]! * w[t]!) / length ** 2;
  addToDiagonal(block, d, bend + 1e-9 * (trace(gram, d) / d + bend));
  factorize(block, d);
  return block;
}

/** A part for each neuron, one after another. */
function eachPart({ f, neurons }: Support, of: (neuron: Neuron, at: number) => Float64Array): Float64Array {
  const all = new Float64Array(neurons.length * f.columns);
  neurons.forEach((neuron, at) => {
    all.set(of(neuron, at), at * f.columns);
  });
  return all;
}

const partOf = (all: Float64Array, at: number, d: number): Float64Array => all.subarray(at * d, (at + 1) * d);

const gradientOf = (support: Support, residual: Float64Array): Float64Array =>
  eachPart(support, ({ gate, w, length }) => {
    const part = adjoint(support.f, gate, residual, -1 / support.f.rows, new Float64Array(w.length));
    addScaled(support.penalty / length, w, part);
    return part;
  });

/** Φ p. */
function outputsOf({ f, neurons }: Support, p: Float64Array): Float64Array {
  const outputs = new Float64Array(f.rows);
  neurons.forEach(({ gate }, at) => {
    addOutputs(f, gate, partOf(p, at, f.columns), outputs);
  });
  return outputs;
}

function hessianTimes(support: Support, p: Float64Array): Float64Array {
  const { f, penalty } = support;
  const outputs = outputsOf(support, p);
  return eachPart(support, ({ gate, w, length }, at) => {
    const part = partOf(p, at, f.columns);
    const product = adjoint(f, gate, outputs, 1 / f.rows, new Float64Array(f.columns));
    addScaled(penalty / length, part, product);
    addScaled((-penalty * dot(w, part)) / length ** 3, w, product);
    return product;
  });
}

/** H⁻¹ (−g), nearly. With the factors L of the blocks, L⁻¹ H L⁻ᵀ is near I. */
async function solveNewton(support: Support, gradient: Float64Array): Promise<Float64Array> {
  const halfway = (solve: typeof solveLower, v: Float64Array) =>
    eachPart(support, ({ factor }, at) => {
      const part = partOf(v, at, support.f.columns).slice();
      solve(factor, part.length, part);
      return part;
    });
  const residual = { data: halfway(solveLower, gradient).map((value) => -value) };
  const p = { data: new Float64Array(gradient.length) };
  const step = new Float64Array(gradient.length);
  let direction: Float64Array = step;
  await conjugateSteps(inDouble, { residual, p }, FORCING, {
    product: async () => {
      direction = halfway(solveUpper, p.data);
      return halfway(solveLower, hessianTimes(support, direction));
    },
    advance: (length) => addScaled(length, direction, step),
    signal: undefined,
  });
  return step;
}

function takeStep(support: Support, residual: Float64Array, gradient: Float64Array, step: Float64Array): void {
  const { f, neurons, penalty } = support;
  const slope = dot(gradient, step);
  if (!(slope < 0)) return;
  const outputs = outputsOf(support, step);
  const moved = ({ w }: Neuron, at: number, share: number) => {
    const part = partOf(step, at, f.columns);
    return w.map((value, t) => value + share * part[t]!);
  };
  const [rr, ro, oo] = [dot(residual, residual), dot(residual, outputs), dot(outputs, outputs)];
  const objective = (share: number) =>
    (rr - 2 * share * ro + share * share * oo) / (2 * f.rows) +
    penalty * neurons.reduce((sum, neuron, at) => sum + norm(moved(neuron, at, share)), 0);
  const now = objective(0);
  for (let share = 1; share > 1e-4; share /= 2) {
    if (objective(share) > now + 1e-4 * share * slope) continue;
    neurons.forEach((neuron, at) => {
      neuron.w.set(moved(neuron, at, share));
    });
    addScaled(-share, outputs, residual);
    return;
  }
}
