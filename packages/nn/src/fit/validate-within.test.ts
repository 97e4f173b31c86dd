import { expect, test } from 'vitest';
import { memoryStore } from '../../test/memory-store.ts';
import { sectorNet, sectors } from '../../test/problems.ts';
import { accuracy, type EpochRecord, type FitOptions, fit, softmaxCrossEntropy } from '../index.ts';

/** Three epochs of four steps. */
const options = (more: Partial<FitOptions> = {}): FitOptions => ({
  model: sectorNet(),
  loss: softmaxCrossEntropy,
  data: sectors(100),
  validation: sectors(40, 2),
  metrics: { accuracy },
  learningRate: 0.05,
  batchSize: 25,
  epochs: 3,
  ...more,
});

test('validation follows every so many steps of the whole training, and changes nothing else', async () => {
  const told: EpochRecord[] = [];
  const plain = await fit(options());
  const found = await fit(options({ validateEverySteps: 3, onValidation: (record) => void told.push(record) }));
  // Step 12 is the end of an epoch.
  expect(found.validations!.map(({ epoch, step }) => [epoch, step])).toEqual([
    [1, 3],
    [2, 6],
    [3, 9],
  ]);
  expect(told).toEqual(found.validations);
  expect(found.params).toEqual(plain.params);
  expect(found.history).toEqual(plain.history);
  expect(plain.validations).toBeUndefined();
});

test('what is measured within an epoch is what a fit that ends there measures at its end', async () => {
  const found = await fit(options({ validateEverySteps: 3 }));
  for (const { step, training, validation } of found.validations!) {
    const { history } = await fit(options({ epochs: undefined as never, steps: step }));
    expect(validation).toEqual(history.at(-1)!.validation);
    expect(training).toEqual(history.at(-1)!.training);
  }
});

test('the best may be within an epoch, and is kept with its step', async () => {
  const keepBest = ({ step }: EpochRecord) => Math.abs(step - 6);
  const { best } = await fit(options({ validateEverySteps: 3, keepBest }));
  const { params } = await fit(options({ epochs: undefined as never, steps: 6 }));
  expect(best).toEqual({ epoch: 2, step: 6, score: 0, params });
});

test('the end of an epoch is validated where its step is one of them, whatever validateEvery says', async () => {
  const { history } = await fit(options({ validateEverySteps: 4, validateEvery: 10 }));
  expect(history.map(({ validation }) => validation !== undefined)).toEqual([true, true, true]);
});

test.each([3, 7, 10])('interrupted after step %i it ends with the numbers of an uninterrupted one', async (at) => {
  const whole = await fit(options({ validateEverySteps: 3 }));
  const checkpoint = memoryStore();
  const interrupt = new AbortController();
  const onStep = ({ step }: { readonly step: number }) => step === at && interrupt.abort(new Error('interrupted'));
  const stopped = options({ validateEverySteps: 3, checkpoint, signal: interrupt.signal, onStep: onStep as never });
  await expect(fit(stopped)).rejects.toThrow('interrupted');
  const resumed = await fit(options({ validateEverySteps: 3, checkpoint }));
  expect(resumed.validations).toEqual(whole.validations);
  expect(resumed.best).toEqual(whole.best);
  expect(resumed.params).toEqual(whole.params);
});

test('it needs rows to validate on', async () => {
  const { validation: _, ...without } = options({ validateEverySteps: 3 });
  await expect(fit(without)).rejects.toThrow("nn: fit's validateEverySteps needs validation; give rows to validate on");
});
