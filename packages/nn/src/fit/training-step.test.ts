import { add, constant, f32, mul, reduceSum } from '@unbraid/graph';
import { webRuntime } from '@unbraid/graph/web';
import { expect, test } from 'vitest';
import { normalMatrix, sectorNet, sectors } from '../../test/problems.ts';
import {
  type AnyModel,
  activation,
  adam,
  adamW,
  dense,
  dropout,
  evaluateModel,
  type FitOptions,
  filled,
  fit,
  fixedParam,
  initialize,
  type Model,
  meanSquaredError,
  type ParamSpec,
  param,
  sequential,
  softmaxCrossEntropy,
} from '../index.ts';
import { readingsOf } from '../input-spec.ts';
import { trainedOf } from './trained.ts';
import { traceTrainingStep } from './training-step.ts';

const batch = { x: f32(4, 2), y: f32(4, 2) };
const readings = readingsOf({}, 2);
const trainingOf = (model: AnyModel) => ({ model, trained: trainedOf(model, { partwise: true }) });
const functions = { loss: meanSquaredError };

test('the model is applied once a step, whatever is measured', () => {
  const layer = dense(2, 2);
  const modes: (boolean | undefined)[] = [];
  const model: typeof layer = {
    ...layer,
    apply(params, x, mode) {
      modes.push(mode?.training);
      return layer.apply(params, x);
    },
  };
  traceTrainingStep({ ...trainingOf(model), functions: { ...functions, again: meanSquaredError } }, readings, batch);
  expect(modes).toEqual([true]);
});

test('a step has an input for masks and an output for fixed parameters only where the model needs them', () => {
  const { graph: plain } = traceTrainingStep({ ...trainingOf(dense(2, 2)), functions }, readings, batch);
  expect(Object.keys(plain.inputs)).toEqual(['params', 'x', 'y']);
  expect(Object.keys(plain.outputs)).toEqual(['grad', 'scores']);
  const { graph: masked } = traceTrainingStep(
    { ...trainingOf(sequential([dense(2, 2), dropout(0.5)])), functions },
    readings,
    batch,
  );
  expect(Object.keys(masked.inputs)).toEqual(['params', 'x', 'y', 'maskKey']);
});

/** x · w + frozen · count, where count goes up by one a step. */
const counting: Model<{ readonly frozen: ParamSpec; readonly w: ParamSpec; readonly count: ParamSpec }> = {
  params: { frozen: fixedParam([2], filled(3)), w: param([2], filled(2)), count: fixedParam([], filled(0)) },
  apply({ frozen, w, count }, x, mode) {
    if (mode?.training) mode.update(count, add(count, 1));
    return add(mul(x, w), mul(frozen, count));
  },
};

test.each([adam({ l2: 0.5 }), adamW({ weightDecay: 0.5 })])(
  'decay and gradients by $name leave fixed parameters alone, but for their updates',
  async (optimizer) => {
    const data = { x: normalMatrix(10, 2), y: normalMatrix(10, 2, 2) };
    const { params } = await fit({ model: counting, loss: meanSquaredError, data, optimizer, batchSize: 4, epochs: 2 });
    const [frozen, w, count] = [params.slice(0, 2), params.slice(2, 4), params[4]];
    expect([...frozen]).toEqual([3, 3]);
    for (const value of w) expect(value).not.toBe(2);
    expect(count).toBe(6);
  },
);

const masked = (): FitOptions => ({
  model: sequential([dense(2, 16), activation('relu'), dropout(0.5), dense(16, 3)]),
  loss: softmaxCrossEntropy,
  metrics: { again: softmaxCrossEntropy },
  data: sectors(60),
  batchSize: Number.POSITIVE_INFINITY,
  learningRate: 0,
  steps: 4,
});

const lossesOf = async (options: FitOptions) => {
  const losses: number[] = [];
  await fit({ ...options, onStep: ({ loss }) => losses.push(loss) });
  return losses;
};

test('dropout draws anew in each step, from the seed of the fit', async () => {
  const losses = await lossesOf(masked());
  expect(new Set(losses).size).toBe(4);
  expect(await lossesOf(masked())).toEqual(losses);
  const params = initialize(masked().model, 0);
  expect(await lossesOf({ ...masked(), params, seed: 1 })).not.toEqual(losses);
});

test('onnxruntime-web draws the same masks', async () => {
  const [node, web] = [await lossesOf(masked()), await lossesOf({ ...masked(), runtime: webRuntime() })];
  for (const [i, loss] of web.entries()) expect(loss).toBeCloseTo(node[i]!, 5);
});

test('metrics see the masks that the loss sees, and validation none', async () => {
  const { model, loss, data } = masked();
  const { params, history } = await fit({ ...masked(), validation: data });
  for (const { training, validation } of history) {
    expect(training.again).toBe(training.loss);
    expect(validation!.loss).not.toBeCloseTo(training.loss, 4);
    expect(validation!.loss).toBe((await evaluateModel(model, params, data, { loss })).loss);
  }
});

test('a penalty of half the squared weights trains as the l2 of adam does', async () => {
  const options = { model: sectorNet(), loss: softmaxCrossEntropy, data: sectors(100), batchSize: 32, epochs: 2 };
  const decay = 0.3;
  const plain = await fit({ ...options, optimizer: adam({ l2: decay }) });
  const penalized = await fit({
    ...options,
    penalty: (layers) =>
      [layers[0].weight, layers[0].bias, layers[2].weight, layers[2].bias]
        .map((weight) => mul(reduceSum(mul(weight, weight)), decay / 2))
        .reduce((a, b) => add(a, b)),
  });
  for (const [i, value] of penalized.params.entries()) expect(value).toBeCloseTo(plain.params[i]!, 5);
  expect(penalized.history[0]!.training.loss).toBeGreaterThan(plain.history[0]!.training.loss + 0.01);
});

test('a penalty counts in training alone', async () => {
  const options = { model: sectorNet(), loss: softmaxCrossEntropy, data: sectors(60), learningRate: 0, steps: 1 };
  const { history } = await fit({ ...options, validation: options.data, penalty: () => constant(100) });
  const { training, validation } = history[0]!;
  expect(training.loss - validation!.loss).toBeCloseTo(100, 4);
});

test.each<[Partial<FitOptions>, string]>([
  [{ penalty: (layers: [{ weight: never }]) => layers[0].weight }, 'nn: the penalty gives float32 [2, 16]; a float32'],
  [{ loss: (prediction) => prediction }, 'nn: loss gives float32 [60, 3]; a float32 scalar is needed, sum or average'],
  [{ metrics: { rows: (prediction) => prediction } }, 'nn: rows gives float32 [60, 3]; a float32 scalar is needed'],
])('what is no scalar is refused, case %#', async (change, message) => {
  await expect(fit({ ...masked(), ...change })).rejects.toThrow(message);
});
