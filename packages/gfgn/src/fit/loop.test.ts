import type { Stepper } from '@unbraid/nn';
import { expect, it } from 'vitest';
import { runEpochs, unfinishedNotices } from './loop.ts';

const stepper = { state: () => ({ step: 0, arrays: {} }) } as unknown as Stepper;

it.each([
  ['score', [Number.NaN, Number.NaN, Number.NaN], 2],
  ['score', [0.5, 0.7, 0.7], 2],
  ['score', [0.5, 0.7, 0.8], 3],
  ['accuracy', [Number.NaN, Number.NaN, Number.NaN], 2],
] as const)(
  'by the %s of %j the best epoch is %i, the loss deciding between equal and unknown ones',
  async (monitor, scores, best) => {
    const losses = [3, 1, 2];
    const result = await runEpochs(
      {
        ...{ params: { data: new Float32Array(1) }, stepper, learn: async () => 1, facts: '' },
        validate: async (epoch) => ({
          ...{ loss: losses[epoch - 1]!, score: scores[epoch - 1]!, accuracy: scores[epoch - 1]! },
        }),
      },
      { learningRate: 1, epochs: 3, patience: 10, monitor, progress: false },
    );
    expect(result.best.epoch).toBe(best);
  },
);

it('tells of epochs that ended too early however many there were', () => {
  const epochs = 200_000;
  const history = (falls: boolean) =>
    Array.from({ length: epochs }, (_, i) => {
      const validationLoss = falls ? 1 / (i + 1) : 1;
      return { epoch: i + 1, trainLoss: 1, validationLoss, validationScore: 0, validationAccuracy: 0 };
    });
  expect(unfinishedNotices(history(false), epochs)).toEqual([]);
  expect(unfinishedNotices(history(true), epochs)).toHaveLength(1);
});
