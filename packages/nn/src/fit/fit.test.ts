import { nodeRuntime } from '@unbraid/graph/node';
import { webRuntime } from '@unbraid/graph/web';
import { expect, test } from 'vitest';
import { linearTargets, normalMatrix, sectorNet, sectors } from '../../test/problems.ts';
import {
  accuracy,
  adam,
  dense,
  type EpochRecord,
  evaluateModel,
  type FitOptions,
  fit,
  meanSquaredError,
  sgd,
  softmaxCrossEntropy,
} from '../index.ts';

/** 100 rows in batches of 32: three whole ones and one of four. */
const short = (): FitOptions => ({
  model: sectorNet(),
  loss: softmaxCrossEntropy,
  data: sectors(100),
  metrics: { accuracy },
  learningRate: 0.02,
  batchSize: 32,
  epochs: 3,
  seed: 4,
});

test('fit learns to classify points, and points that it never saw', async () => {
  const { history, steps } = await fit({
    ...short(),
    data: sectors(500),
    validation: sectors(300, 2),
    optimizer: adam(),
    batchSize: 64,
    epochs: 20,
  });
  expect(history).toHaveLength(20);
  expect(steps).toBe(20 * 8);
  expect(history.at(-1)!.training.accuracy).toBeGreaterThan(0.95);
  expect(history.at(-1)!.validation!.accuracy).toBeGreaterThan(0.95);
});

test('fit finds a linear map of several columns by full-batch gradient descent', async () => {
  const x = normalMatrix(200, 5);
  const { history, params } = await fit({
    model: dense(5, 3, { bias: false }),
    loss: meanSquaredError,
    data: { x, y: linearTargets(x, 3) },
    optimizer: sgd(),
    learningRate: 0.5,
    batchSize: Number.POSITIVE_INFINITY,
    epochs: 300,
  });
  expect(history.at(-1)!.training.loss).toBeLessThan(1e-9);
  const weights = normalMatrix(5, 3, 9).data;
  for (const [i, value] of params.entries()) expect(value).toBeCloseTo(weights[i]!, 4);
});

test('every row is used once an epoch, the last batch being smaller', async () => {
  const epochs: EpochRecord[] = [];
  // With a learning rate of 0 the mean over the epoch's batches is the mean over all rows, in whatever order.
  const frozen = { ...short(), learningRate: 0, epochs: 2, onEpoch: (epoch: EpochRecord) => void epochs.push(epoch) };
  const { steps } = await fit({ ...frozen, validation: frozen.data });
  expect(steps).toBe(2 * 4);
  for (const { training, validation } of epochs) {
    expect(training.loss).toBeCloseTo(validation!.loss, 5);
    expect(training.accuracy).toBeCloseTo(validation!.accuracy!, 5);
  }
});

test('dropLast leaves the smaller batch out', async () => {
  const { steps, history } = await fit({ ...short(), dropLast: true });
  expect(steps).toBe(3 * 3);
  expect(history.map(({ step }) => step)).toEqual([3, 6, 9]);
});

test('the order of rows differs between epochs', async () => {
  const losses: number[] = [];
  await fit({ ...short(), learningRate: 0, epochs: 2, onStep: ({ loss }) => losses.push(loss) });
  expect(losses.slice(0, 4)).not.toEqual(losses.slice(4));
});

test('the same seed gives the same numbers, another seed others', async () => {
  const [one, again, other] = [await fit(short()), await fit(short()), await fit({ ...short(), seed: 5 })];
  expect(again.params).toEqual(one.params);
  expect(again.history).toEqual(one.history);
  expect(other.params).not.toEqual(one.params);
});

test('steps may end in the middle of an epoch, which is recorded', async () => {
  const { epochs: _, ...rest } = short();
  const { steps, history } = await fit({ ...rest, steps: 6 });
  expect(steps).toBe(6);
  expect(history.map(({ epoch, step }) => [epoch, step])).toEqual([
    [1, 4],
    [2, 6],
  ]);
});

test('stop ends training after the first epoch for which it is true', async () => {
  const { history } = await fit({ ...short(), epochs: 50, stop: ({ epoch }) => epoch === 2 });
  expect(history).toHaveLength(2);
});

test('a schedule is read at the time in epochs', async () => {
  const times: number[] = [];
  const learningRate = (epoch: number) => 0.01 / (1 + epoch);
  await fit({ ...short(), epochs: 2, learningRate, onStep: (step) => times.push(0.01 / step.learningRate - 1) });
  for (const [i, time] of times.entries()) expect(time).toBeCloseTo(i / 4, 9);
});

test('best holds the parameters of the epoch with the lowest score', async () => {
  const kept: Float32Array[] = [];
  const run = (epochs: number) => fit({ ...short(), epochs, keepBest: ({ epoch }) => Math.abs(epoch - 2) });
  const [two, four] = [await run(2), await run(4)];
  kept.push(two.params);
  expect(four.best).toEqual({ epoch: 2, score: 0, params: two.params });
  expect(four.params).not.toEqual(two.params);
});

test('best goes by the validation loss, and by the training loss without validation', async () => {
  const lowest = (values: readonly number[]) => Math.min(...values);
  const validated = await fit({ ...short(), validation: sectors(50, 2) });
  expect(validated.best!.score).toBe(lowest(validated.history.map(({ validation }) => validation!.loss)));
  const plain = await fit(short());
  expect(plain.best!.score).toBe(lowest(plain.history.map(({ training }) => training.loss)));
  expect((await fit({ ...short(), keepBest: false })).best).toBeUndefined();
});

test('best of full batches without validation are the parameters that had the score', async () => {
  const data = sectors(100);
  const whole = { ...short(), data, metrics: {}, batchSize: Number.POSITIVE_INFINITY, epochs: 8 };
  // The loss falls over three steps, and rises from there.
  const learningRate = (epoch: number) => (epoch < 3 ? 0.05 : 3);
  const ends: Float32Array[] = [];
  const onEpoch = (_: EpochRecord, params: Float32Array) => void ends.push(params.slice());
  const { best, history } = await fit({ ...whole, learningRate, onEpoch, optimizer: sgd() });
  const losses = history.map(({ training }) => training.loss);
  expect(best!.score).toBe(Math.min(...losses));
  expect(best!.epoch).toBe(losses.indexOf(best!.score));
  expect(best!.params).toEqual(ends[best!.epoch - 1]);
  const { loss } = await evaluateModel(whole.model, best!.params, data, { loss: softmaxCrossEntropy });
  expect(loss).toBeCloseTo(best!.score, 6);
});

test('the first parameters are the best where every step makes it worse', async () => {
  const x = normalMatrix(10, 3);
  const params = normalMatrix(3, 2, 9).data;
  const { best } = await fit({
    model: dense(3, 2, { bias: false }),
    loss: meanSquaredError,
    data: { x, y: { ...linearTargets(x, 2), data: linearTargets(x, 2).data.map((value) => value + 0.01) } },
    params,
    learningRate: 1,
    steps: 4,
  });
  expect(best).toMatchObject({ epoch: 0, params });
});

test('validateEvery measures every so many epochs and at the end', async () => {
  const { history } = await fit({ ...short(), epochs: 5, validation: sectors(50, 2), validateEvery: 2 });
  expect(history.map(({ validation }) => validation !== undefined)).toEqual([false, true, false, true, true]);
});

test('a fit starts from given parameters and leaves them as they were', async () => {
  const params = new Float32Array(8).fill(0.5);
  const x = normalMatrix(20, 3);
  const data = { x, y: linearTargets(x, 2) };
  const result = await fit({ model: dense(3, 2), loss: meanSquaredError, data, params, learningRate: 0, epochs: 1 });
  expect(result.params).toEqual(params);
  expect(params.every((value) => value === 0.5)).toBe(true);
});

test('everything in the arena is released, also after an error', async () => {
  const runtime = nodeRuntime({ threads: 1 });
  await fit({ ...short(), validation: sectors(50, 2), runtime });
  expect(runtime.arena.stats().blocks).toBe(0);
  const onEpoch = () => Promise.reject(new Error('from onEpoch'));
  await expect(fit({ ...short(), runtime, onEpoch })).rejects.toThrow('from onEpoch');
  expect(runtime.arena.stats().blocks).toBe(0);
});

test('a fit on onnxruntime-web comes to the same losses', async () => {
  const [node, web] = [await fit(short()), await fit({ ...short(), runtime: webRuntime() })];
  for (const [i, { training }] of web.history.entries())
    expect(training.loss).toBeCloseTo(node.history[i]!.training.loss, 4);
});
