import type { DescentState } from '@unbraid/linearity';
import { z } from 'zod';

/** Settings of gradient descent. */
export const trainingSettings = {
  loss: z.number().gt(0).default(0.001).describe('Mean squared error at which training ends'),
  amplitude: z.number().gt(0).lt(1).default(0.8).describe('Targets are this or its negative, at random'),
  rate: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.5)
    .describe("Learning rate as a share of n / λ_max, the largest that the kernel's top eigenvalue allows"),
  maxSteps: z.int().min(1).default(20_000).describe('Most steps of gradient descent'),
};

/** Steps between two measurements grow by this factor. */
const GROWTH = 1.3;

/** Says at which steps of a descent to measure: 0, 1, 2, … ever further apart, and where the target loss is reached. */
export function whenToMeasure(targetLoss: number): (state: DescentState) => boolean {
  let next = 0;
  return ({ step, loss }) => {
    if (step < next && loss > targetLoss) return false;
    next = Math.max(step + 1, Math.floor(GROWTH * step));
    return true;
  };
}
