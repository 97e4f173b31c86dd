import { InputError } from '@unbraid/checks';
import { checkLengths } from '../check-lengths.ts';
import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';

/** What gradient descent reads and changes; each array has an entry for a parameter. */
export interface SgdState {
  /** Changed in place. */
  readonly params: Float32Array;
  readonly grads: Float32Array;
  /** Sum of past gradients, zeros before the first step; needed with momentum. Changed in place. */
  readonly velocity?: Float32Array;
}

/** Settings of a step of gradient descent. */
export interface SgdOptions {
  readonly learningRate: number;
  /** velocity ← momentum · velocity + gradient. Default 0: no velocity is kept. */
  readonly momentum?: number;
  /** Nesterov's form: the step is gradient + momentum · velocity instead of velocity. Default false. */
  readonly nesterov?: boolean;
  /** Decoupled: the parameters shrink by learningRate · weightDecay a step. Default 0. */
  readonly weightDecay?: number;
  /** Coupled: l2 · params is added to the gradients. Default 0. */
  readonly l2?: number;
}

/** One step of gradient descent with or without momentum. Returns whether every gradient was finite. */
export function sgd(engine: Engine, state: SgdState, options: SgdOptions): boolean {
  const { params, grads, velocity } = state;
  const { learningRate, momentum = 0, nesterov = false, weightDecay = 0, l2 = 0 } = options;
  const decay = 1 - learningRate * weightDecay;
  if (momentum === 0) {
    checkLengths('sgd', { params, grads });
    if (!engine.nativeFor(params, grads)) return plainScalar(params, grads, learningRate, decay, l2);
    const finite = engine.run({
      ...{ kernel: 'sgd', items: params.length, unit: LINE, nanoseconds: NANOSECONDS.plain * params.length },
      args: (from, to) => [
        params.byteOffset + 4 * from,
        grads.byteOffset + 4 * from,
        to - from,
        learningRate,
        decay,
        l2,
      ],
    });
    return finite.every((part) => part !== 0);
  }
  if (!velocity)
    throw new InputError(
      'setting',
      `kernels: sgd with momentum ${momentum} needs state.velocity, an array of zeros at first`,
    );
  checkLengths('sgd', { params, grads, velocity });
  const weights = nesterov ? { ofGradient: 1, ofVelocity: momentum } : { ofGradient: 0, ofVelocity: 1 };
  if (!engine.nativeFor(params, grads, velocity))
    return momentumScalar({ params, grads, velocity }, { learningRate, momentum, decay, l2, ...weights });
  const finite = engine.run({
    ...{ kernel: 'sgdMomentum', items: params.length, unit: LINE, nanoseconds: NANOSECONDS.momentum * params.length },
    args: (from, to) => [
      params.byteOffset + 4 * from,
      grads.byteOffset + 4 * from,
      velocity.byteOffset + 4 * from,
      to - from,
      learningRate,
      momentum,
      weights.ofGradient,
      weights.ofVelocity,
      decay,
      l2,
    ],
  });
  return finite.every((part) => part !== 0);
}

/** Of a parameter on one thread. */
const NANOSECONDS = { plain: 0.25, momentum: 0.45 };

function plainScalar(
  params: Float32Array,
  grads: Float32Array,
  learningRate: number,
  decayBy: number,
  l2By: number,
): boolean {
  const { fround } = Math;
  const rate = fround(learningRate);
  const decay = fround(decayBy);
  const l2 = fround(l2By);
  let finite = true;
  for (let i = 0; i < params.length; i++) {
    const param = params[i]!;
    const grad = grads[i]!;
    finite &&= Number.isFinite(grad);
    params[i] = fround(decay * param) - fround(rate * fround(grad + fround(l2 * param)));
  }
  return finite;
}

interface MomentumFactors {
  readonly learningRate: number;
  readonly momentum: number;
  readonly ofGradient: number;
  readonly ofVelocity: number;
  readonly decay: number;
  readonly l2: number;
}

function momentumScalar({ params, grads, velocity }: Required<SgdState>, factors: MomentumFactors): boolean {
  const { fround } = Math;
  const rate = fround(factors.learningRate);
  const momentum = fround(factors.momentum);
  const ofGradient = fround(factors.ofGradient);
  const ofVelocity = fround(factors.ofVelocity);
  const decay = fround(factors.decay);
  const l2 = fround(factors.l2);
  let finite = true;
  for (let i = 0; i < params.length; i++) {
    const param = params[i]!;
    const grad = grads[i]!;
    finite &&= Number.isFinite(grad);
    const g = fround(grad + fround(l2 * param));
    const moved = fround(fround(momentum * velocity[i]!) + g);
    velocity[i] = moved;
    const step = fround(fround(ofGradient * g) + fround(ofVelocity * moved));
    params[i] = fround(decay * param) - fround(rate * step);
  }
  return finite;
}
