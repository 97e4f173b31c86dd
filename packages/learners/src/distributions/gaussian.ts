import { add, constant, exp, maximum, minimum, mul, neg, reduceSum, slice, sub, type Tensor } from '@unbraid/graph';
import type { Box } from '@unbraid/sim-env';
import { checkBox, elementFrom, type FloatBox, HALF_LOG_TWO_PI } from './box-actions.ts';
import type { Distribution } from './distribution.ts';

/**
 * A normal distribution with a variance for each entry of a Box. The network's outputs are the means and then the logarithms of the standard deviations. Densities are
 * those of the numbers drawn; the environment gets them clipped to the Box.
 * @throws {InputError} for a Box of integers
 */
export function gaussian<A extends Box>(actionSpace: A): Distribution<A> {
  checkBox(actionSpace);
  const { low, high }: FloatBox = actionSpace;
  const size = low.length;
  const limits = (values: ArrayLike<number>) => constant(Float32Array.from(values), [1, size]);
  return {
    name: 'gaussian',
    actionSpace,
    outputs: 2 * size,
    actionSize: size,
    choices: [],
    logProb: (outputs, actions) => normalLogProb(outputs, actions, size),
    entropy: (outputs) => reduceSum(add(logStdOf(outputs, size), 0.5 + HALF_LOG_TWO_PI), { axes: [1] }),
    mode: (outputs) => minimum(maximum(meanOf(outputs, size), limits(low)), limits(high)),
    draw(outputs, { actions, logProbs }, random) {
      const noise = random?.normal(new Float32Array(actions.length));
      for (let row = 0; row < logProbs.length; row++) {
        let sum = 0;
        for (let i = 0; i < size; i++) {
          const [mean, logStd] = [outputs[2 * size * row + i]!, outputs[2 * size * row + size + i]!];
          const z = noise?.[row * size + i] ?? 0;
          actions[row * size + i] = mean + z * Math.exp(logStd);
          sum -= 0.5 * z * z + logStd + HALF_LOG_TWO_PI;
        }
        logProbs[row] = sum;
      }
    },
    actionAt: (actions, row) => elementFrom(actionSpace, (i) => actions[row * size + i]!),
    writeAction: (action, actions, row) => actions.set(action as ArrayLike<number>, row * size),
  };
}

/** Columns of means. */
export const meanOf = (outputs: Tensor, size: number): Tensor => slice(outputs, [undefined, 0], [undefined, size]);

/** Columns of logarithms of standard deviations. */
export const logStdOf = (outputs: Tensor, size: number): Tensor =>
  slice(outputs, [undefined, size], [undefined, 2 * size]);

/** Log-density of each row of `values` under means and logarithms of standard deviations. */
export function normalLogProb(outputs: Tensor, values: Tensor, size: number): Tensor {
  const logStd = logStdOf(outputs, size);
  const z = mul(sub(values, meanOf(outputs, size)), exp(neg(logStd)));
  return neg(reduceSum(add(add(mul(mul(z, z), 0.5), logStd), HALF_LOG_TWO_PI), { axes: [1] }));
}
