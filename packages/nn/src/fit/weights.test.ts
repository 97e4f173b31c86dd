import { expect, test } from 'vitest';
import { weighted } from '../../test/fixtures.ts';
import { sectorNet, sectors } from '../../test/problems.ts';
import {
  accuracy,
  dense,
  evaluateModel,
  fit,
  initialize,
  logistic,
  meanSquaredError,
  sgd,
  softmaxCrossEntropy,
} from '../index.ts';

const matrix = ({ data, shape }: { data: readonly number[]; shape: readonly number[] }) => ({
  data: Float32Array.from(data),
  rows: shape[0]!,
  cols: shape[1]!,
});

/** The identity, so that outputs are inputs. */
const identity = (width: number) => {
  const params = new Float32Array(width * width);
  for (let i = 0; i < width; i++) params[i * width + i] = 1;
  return { model: dense(width, width, { bias: false }), params };
};

test("cross entropy with weights of classes is PyTorch's, also with weights of rows beside them", async () => {
  const { outputs, labels, classWeights, rowWeights, byClass, byClassAndRow } = weighted;
  const { model, params } = identity(outputs.shape[1]!);
  const x = matrix(outputs);
  const y = Int32Array.from(labels.data);
  const weights = Float64Array.from(labels.data, (label) => classWeights.data[label]!);
  const loss = softmaxCrossEntropy;
  const scores = await evaluateModel(model, params, { x, y, weights }, { loss, metrics: { accuracy } });
  expect(scores.loss).toBeCloseTo(byClass, 5);
  expect(scores.accuracy).toBeCloseTo(weighted.accuracy, 6);
  const both = weights.map((weight, row) => weight * rowWeights.data[row]!);
  expect((await evaluateModel(model, params, { x, y, weights: both }, { loss, batchSize: 5 })).loss).toBeCloseTo(
    byClassAndRow,
    5,
  );
});

test('so are the gradients that fit takes, by class and by row', async () => {
  const { outputs, labels, classWeights, step } = weighted;
  const { model, params } = identity(outputs.shape[1]!);
  const data = { x: matrix(outputs), y: Int32Array.from(labels.data) };
  const options = {
    model,
    params,
    loss: softmaxCrossEntropy,
    optimizer: sgd(),
    learningRate: 1,
    steps: 1,
    batchSize: Infinity,
  };
  const classes = await fit({ ...options, data, classWeights: classWeights.data });
  step.data.forEach((value, at) => {
    expect(classes.params[at]).toBeCloseTo(value, 5);
  });
  const weights = labels.data.map((label) => classWeights.data[label]!);
  expect((await fit({ ...options, data: { ...data, weights } })).params).toEqual(classes.params);
});

test('a weight of 2 is a row that is there twice, whatever the loss', async () => {
  const x = [
    [0.5, -1],
    [2, 0.25],
    [-1, 1],
  ];
  const y = [
    [1, -1],
    [-1, -1],
    [1, 1],
  ];
  const twice = { x: [...x, x[1]!], y: [...y, y[1]!] };
  const { model, params } = identity(2);
  for (const loss of [meanSquaredError, logistic]) {
    const [a, b] = [{ x, y, weights: [1, 2, 1] }, twice].map((data) => evaluateModel(model, params, data, { loss }));
    expect((await a!).loss).toBeCloseTo((await b!).loss, 6);
  }
});

test('balanced classes count alike, shuffled and in one batch', async () => {
  const { x } = sectors(90);
  const y = Int32Array.from({ length: 90 }, (_, i) => (i < 80 ? 0 : i < 88 ? 1 : 2));
  const options = { model: sectorNet(), loss: softmaxCrossEntropy, data: { x, y }, onWarning: () => undefined };
  const byName = { 0: 90 / 240, 1: 90 / 24, 2: 90 / 6 };
  for (const batchSize of [16, Infinity]) {
    const balanced = await fit({ ...options, classWeights: 'balanced', batchSize, epochs: 2 });
    const { params, history } = await fit({ ...options, classWeights: byName, batchSize, epochs: 2 });
    expect(params).toEqual(balanced.params);
    expect(history).toEqual(balanced.history);
  }
});

test('scores of an epoch are means over the weights of its rows', async () => {
  const { x, y } = sectors(50);
  const weights = Float32Array.from({ length: 50 }, (_, i) => (i % 7) / 3);
  const model = sectorNet();
  const loss = softmaxCrossEntropy;
  const { history } = await fit({
    model,
    loss,
    metrics: { accuracy },
    data: { x, y, weights },
    learningRate: 0,
    epochs: 1,
    batchSize: 16,
  });
  const whole = await evaluateModel(model, initialize(model, 0), { x, y, weights }, { loss, metrics: { accuracy } });
  expect(history[0]!.training.loss).toBeCloseTo(whole.loss, 5);
  expect(history[0]!.training.accuracy).toBeCloseTo(whole.accuracy!, 6);
});
