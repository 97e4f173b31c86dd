import { InputError } from '@unbraid/checks';
import { checkLengths } from '../check-lengths.ts';
import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';

/** What Adam reads and changes; each array has an entry for a parameter. */
export interface AdamState {
  /** Changed in place. */
  readonly params: Float32Array;
  readonly grads: Float32Array;
  /** Running mean of the gradients, zeros before the first step. Changed in place. */
  readonly m: Float32Array;
  /** Running mean of the squared gradients, zeros before the first step. Changed in place. */
  readonly v: Float32Array;
}

/** Adam's settings in one step. */
export interface AdamOptions {
  readonly learningRate: number;
  /** 1 for the first step, 2 for the second, …; corrects the bias of m and v towards zero. */
  readonly step: number;
  /** Memory of m. Default 0.9. */
  readonly beta1?: number;
  /** Memory of v. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of v. Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled: the parameters shrink by learningRate · weightDecay a step, which makes this AdamW. Default 0. */
  readonly weightDecay?: number;
  /** Coupled: l2 · params is added to the gradients. Default 0. */
  readonly l2?: number;
}

/**
 * AdamOptions with the bias corrections folded in, as at the end of section 2 of Kingma and Ba: with b = √(1 − beta2^step), the step
 * α·m̂/(√v̂ + ε) is (α·b/(1 − beta1^step))·m/(√v + ε·b).
 */
interface AdamFactors {
  readonly beta1: number;
  readonly rest1: number;
  readonly beta2: number;
  readonly rest2: number;
  readonly stepSize: number;
  readonly epsilon: number;
  readonly decay: number;
  readonly l2: number;
}

function adamFactors(options: AdamOptions): AdamFactors {
  const { learningRate, step, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, l2 = 0 } = options;
  if (!(Number.isInteger(step) && step >= 1))
    throw new InputError('setting', `kernels: adam's step counts from 1, got ${step}`);
  const rootBias2 = Math.sqrt(1 - beta2 ** step);
  return {
    beta1,
    rest1: 1 - beta1,
    beta2,
    rest2: 1 - beta2,
    stepSize: (learningRate * rootBias2) / (1 - beta1 ** step),
    epsilon: epsilon * rootBias2,
    decay: 1 - learningRate * weightDecay,
    l2,
  };
}

/** One step of Adam or AdamW; the bias corrections are worked out here, once a step. Returns whether every gradient was finite. */
export function adam(engine: Engine, state: AdamState, options: AdamOptions): boolean {
  const { params, grads, m, v } = state;
  checkLengths('adam', { params, grads, m, v });
  const f = adamFactors(options);
  if (!engine.nativeFor(params, grads, m, v)) return adamScalar(state, f);
  const finite = engine.run({
    kernel: 'adam',
    items: params.length,
    unit: LINE,
    nanoseconds: NANOSECONDS * params.length,
    args: (from, to) => [
      params.byteOffset + 4 * from,
      grads.byteOffset + 4 * from,
      m.byteOffset + 4 * from,
      v.byteOffset + 4 * from,
      to - from,
      f.beta1,
      f.rest1,
      f.beta2,
      f.rest2,
      f.stepSize,
      f.epsilon,
      f.decay,
      f.l2,
    ],
  });
  return finite.every((part) => part !== 0);
}

/** Of a parameter on one thread. */
const NANOSECONDS = 0.8;

/** The twin rounds to float32 after every operation, so that it gives the same bits as the wasm kernel. */
function adamScalar({ params, grads, m, v }: AdamState, factors: AdamFactors): boolean {
  const { fround, sqrt } = Math;
  const beta1 = fround(factors.beta1);
  const rest1 = fround(factors.rest1);
  const beta2 = fround(factors.beta2);
  const rest2 = fround(factors.rest2);
  const stepSize = fround(factors.stepSize);
  const epsilon = fround(factors.epsilon);
  const decay = fround(factors.decay);
  const l2 = fround(factors.l2);
  let finite = true;
  for (let i = 0; i < params.length; i++) {
    const param = params[i]!;
    const grad = grads[i]!;
    finite &&= Number.isFinite(grad);
    const g = fround(grad + fround(l2 * param));
    const mNew = fround(fround(beta1 * m[i]!) + fround(rest1 * g));
    const vNew = fround(fround(beta2 * v[i]!) + fround(rest2 * fround(g * g)));
    m[i] = mNew;
    v[i] = vNew;
    const update = fround(fround(stepSize * mNew) / fround(fround(sqrt(vNew)) + epsilon));
    params[i] = fround(decay * param) - update;
  }
  return finite;
}
