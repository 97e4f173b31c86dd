import { InputError } from '@unbraid/checks';
import { add, clamp, concat, constant, exp, log, mul, reduceSum, sub, type Tensor, tanh } from '@unbraid/graph';
import type { Box } from '@unbraid/sim-env';
import { checkBox, elementFrom, type FloatBox, HALF_LOG_TWO_PI } from './box-actions.ts';
import type { Distribution } from './distribution.ts';
import { logStdOf, meanOf, normalLogProb } from './gaussian.ts';

/** Added to 1 − a² before its logarithm, as in Stable-Baselines3, against log 0 where tanh is ±1 in float32. */
const EPSILON = 1e-6;

/** Logarithms of standard deviations are kept within these (Haarnoja et al. 2018, their code). */
const LOG_STD = { least: -20, most: 2 };

/** A squashed Gaussian, which can also be drawn from on tensors. */
export interface SquashedGaussian<A extends Box = Box> extends Distribution<A> {
  /**
   * Actions from standard normal noise, with derivatives by the outputs (the reparameterization trick; Haarnoja et al. 2018, equation 11), and their log-densities.
   * @param noise `[rows, actionSize]`
   */
  reparameterized(outputs: Tensor, noise: Tensor): { readonly actions: Tensor; readonly logProb: Tensor };
}

/**
 * tanh of a normal distribution, from −1 to 1 in each entry, scaled to the Box for the environment (Haarnoja et al. 2018, appendix C). The network's outputs are means and then
 * logarithms of standard deviations, kept from −20 to 2; densities are those of the actions from −1 to 1.
 * @throws {InputError} for a Box of integers, or without limits
 */
export function squashedGaussian<A extends Box>(actionSpace: A): SquashedGaussian<A> {
  checkBox(actionSpace);
  const { low, high }: FloatBox = actionSpace;
  const size = low.length;
  const open = low.findIndex((least, i) => !Number.isFinite(least) || !Number.isFinite(high[i]!));
  if (open >= 0)
    throw new InputError(
      'setting',
      `learners: entry ${open} of the action space reaches from ${low[open]} to ${high[open]}; a squashed Gaussian needs limits`,
    );
  const middle = Float32Array.from(low, (least, i) => (least + high[i]!) / 2);
  const half = Float32Array.from(low, (least, i) => (high[i]! - least) / 2);
  const kept = (outputs: Tensor) =>
    concat([meanOf(outputs, size), clamp(logStdOf(outputs, size), LOG_STD.least, LOG_STD.most)], 1);
  /** log|da/du| = log(1 − a²), summed. */
  const logSlope = (actions: Tensor) => reduceSum(log(add(sub(1, mul(actions, actions)), EPSILON)), { axes: [1] });
  return {
    name: 'squashed-gaussian',
    actionSpace,
    outputs: 2 * size,
    actionSize: size,
    choices: [],
    logProb(outputs, actions) {
      const inner = clamp(actions, -1 + EPSILON, 1 - EPSILON);
      const before = mul(sub(log(add(1, inner)), log(sub(1, inner))), 0.5);
      return sub(normalLogProb(kept(outputs), before, size), logSlope(actions));
    },
    entropy() {
      throw new InputError(
        'graph',
        'learners: a squashed Gaussian has no entropy in closed form; estimate it by the mean of −logProb',
      );
    },
    reparameterized(outputs, noise) {
      const bounded = kept(outputs);
      const before = add(meanOf(bounded, size), mul(exp(logStdOf(bounded, size)), noise));
      const actions = tanh(before);
      return { actions, logProb: sub(normalLogProb(bounded, before, size), logSlope(actions)) };
    },
    mode: (outputs) => add(mul(tanh(meanOf(outputs, size)), constant(half, [1, size])), constant(middle, [1, size])),
    draw(outputs, { actions, logProbs }, random) {
      const noise = random?.normal(new Float32Array(actions.length));
      for (let row = 0; row < logProbs.length; row++) {
        let sum = 0;
        for (let i = 0; i < size; i++) {
          const given = outputs[2 * size * row + size + i]!;
          const logStd = Math.min(Math.max(given, LOG_STD.least), LOG_STD.most);
          const z = noise?.[row * size + i] ?? 0;
          const action = Math.tanh(outputs[2 * size * row + i]! + z * Math.exp(logStd));
          actions[row * size + i] = action;
          sum -= 0.5 * z * z + logStd + HALF_LOG_TWO_PI + Math.log(1 - action * action + EPSILON);
        }
        logProbs[row] = sum;
      }
    },
    actionAt: (actions, row) => elementFrom(actionSpace, (i) => middle[i]! + half[i]! * actions[row * size + i]!),
    writeAction(action, actions, row) {
      const entries = action as ArrayLike<number>;
      for (let i = 0; i < size; i++) actions[row * size + i] = (entries[i]! - middle[i]!) / half[i]!;
    },
  };
}
