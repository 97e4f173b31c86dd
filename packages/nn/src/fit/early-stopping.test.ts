import { expect, test } from 'vitest';
import { memoryStore } from '../../test/memory-store.ts';
import { sectorNet, sectors } from '../../test/problems.ts';
import { type FitOptions, fit, softmaxCrossEntropy } from '../index.ts';
import { givesUp } from './early-stopping.ts';

const history = (...losses: number[]) =>
  losses.map((loss, i) => ({ epoch: i + 1, step: i + 1, learningRate: 0.1, training: { loss } }));
const score = ({ training }: { training: { loss: number } }) => training.loss;

test('training is given up after as many scored epochs without an improvement', () => {
  expect(givesUp(history(3, 2, 2, 2), score, { patience: 2 })).toBe(true);
  expect(givesUp(history(3, 2, 2, 1, 1), score, { patience: 2 })).toBe(false);
  expect(givesUp(history(), score, { patience: 1 })).toBe(false);
  expect(givesUp(history(3), score, { patience: 1 })).toBe(false);
});

test('an improvement smaller than minDelta is none, and epochs without a score are passed over', () => {
  expect(givesUp(history(3, 2.95, 2.9), score, { patience: 2, minDelta: 0.2 })).toBe(true);
  expect(givesUp(history(3, 2.7, 2.4), score, { patience: 2, minDelta: 0.2 })).toBe(false);
  expect(givesUp(history(3, Number.NaN, Number.NaN, 3.1), score, { patience: 2 })).toBe(false);
});

/** A rate that is far too large after the second epoch, so that validation gets worse. */
const options: FitOptions = {
  model: sectorNet(),
  loss: softmaxCrossEntropy,
  data: sectors(200),
  validation: sectors(80, 2),
  learningRate: (epoch) => (epoch < 2 ? 0.01 : 3),
  epochs: 40,
  earlyStopping: { patience: 3 },
};

test('a fit ends early, and gives the parameters of its best epoch', async () => {
  const { params, best, history: records, ended } = await fit(options);
  expect(ended).toBe('early');
  expect(records).toHaveLength(best!.epoch + 3);
  expect(params).toEqual(best!.params);
  const last = await fit({ ...options, earlyStopping: { patience: 3, restoreBest: false } });
  expect(last.params).not.toEqual(params);
  expect(last.best!.params).toEqual(params);
});

test('it ends there too when it is resumed, and keepBest: false keeps the best out of the result', async () => {
  const { params, history: records } = await fit(options);
  const checkpoint = memoryStore();
  const controller = new AbortController();
  const onEpoch = ({ epoch }: { epoch: number }) => epoch === 3 && controller.abort(new Error('now'));
  await expect(fit({ ...options, checkpoint, signal: controller.signal, onEpoch: onEpoch as never })).rejects.toThrow(
    'now',
  );
  const resumed = await fit({ ...options, checkpoint, keepBest: false });
  expect(resumed.params).toEqual(params);
  expect(resumed.history).toEqual(records);
  expect(resumed.best).toBeUndefined();
  expect((await fit({ ...options, checkpoint })).ended).toBe('early');
});
