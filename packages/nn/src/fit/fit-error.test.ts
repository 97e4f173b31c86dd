import { abs, mul, reduceMean, sqrt, sub, type Tensor } from '@unbraid/graph';
import { expect, test } from 'vitest';
import { linearTargets, normalMatrix } from '../../test/problems.ts';
import { dense, FitError, type FitOptions, filled, fit, meanSquaredError, param, sgd } from '../index.ts';

const x = normalMatrix(64, 4);

const diverging = (): FitOptions => ({
  model: dense(4, 2),
  loss: meanSquaredError,
  data: { x, y: linearTargets(x, 2) },
  optimizer: sgd(),
  batchSize: 16,
  epochs: 50,
});

async function failureOf(options: FitOptions): Promise<FitError> {
  const error = await fit(options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FitError)) throw error ?? new Error('the fit did not fail');
  return error;
}

test('a fit that diverges names the step, the epoch and the first parameter', async () => {
  let last = 0;
  const error = await failureOf({ ...diverging(), learningRate: 1e12, onStep: ({ step }) => (last = step) });
  expect(error.step).toBe(last + 1);
  expect(error.epoch).toBe(Math.floor(last / 4) + 1);
  expect(error.parameter).toBe('weight');
  expect(error.message).toMatch(
    /^nn: fit stopped at step \d+ \(epoch \d+\): the loss is Infinity; .*weight\[\d, \d\], is .*; lower the learning rate/,
  );
});

test('the best epoch before the failure stays available', async () => {
  const learningRate = (epoch: number) => (epoch < 2 ? 0.01 : 1e15);
  const error = await failureOf({ ...diverging(), learningRate });
  const until = await fit({ ...diverging(), learningRate, epochs: 2 });
  expect(error.best).toEqual(until.best);
  expect(error.message).toContain('error.best has the parameters of epoch 2');
});

test('a gradient that is not finite under a finite loss is found, and where', async () => {
  // √|residual| has the derivative ∞ · 0 where the prediction is exact: in the bias, for an input of zeros.
  const root = (prediction: Tensor, target: Tensor) => {
    const residual = sub(prediction, target);
    return reduceMean(sqrt(abs(residual)));
  };
  const data = {
    x: { data: Float32Array.of(0, 0), rows: 1, cols: 2 },
    y: { data: Float32Array.of(0), rows: 1, cols: 1 },
  };
  const error = await failureOf({ ...diverging(), model: dense(2, 1), loss: root, data });
  expect(error).toMatchObject({ step: 1, epoch: 1, parameter: 'weight', best: undefined });
  expect(error.message).toMatch(
    /^nn: fit stopped at step 1 \(epoch 1\): the first gradient that is not finite, weight\[0, 0\], is NaN/,
  );
});

/** w · x for one input of 1, so that the loss is (w − target)². */
const single = (): FitOptions => ({
  ...diverging(),
  model: { params: { w: param([1], filled(1)) }, apply: ({ w }: { readonly w: Tensor }, x: Tensor) => mul(x, w) },
  data: { x: { data: Float32Array.of(1), rows: 1, cols: 1 }, y: { data: Float32Array.of(0), rows: 1, cols: 1 } },
});

test('a last step that leaves parameters that are not finite is not returned', async () => {
  const learningRate = (epoch: number) => (epoch < 2 ? 0.1 : 3e38);
  const error = await failureOf({ ...single(), learningRate, epochs: 3 });
  expect(error).toMatchObject({ step: 3, epoch: 3, parameter: 'w' });
  expect(error.message).toMatch(
    /^nn: fit stopped after step 3 \(epoch 3\): the first value that is not finite, w\[0\], is -Infinity; lower the/,
  );
  expect(error.best!.params.every(Number.isFinite)).toBe(true);
});

test('nor is one whose validation loss is not finite', async () => {
  const learningRate = (epoch: number) => (epoch < 2 ? 0.1 : 1e30);
  const options = { ...single(), learningRate, epochs: 3 };
  const error = await failureOf({ ...options, validation: options.data });
  expect(error.message).toMatch(
    /^nn: fit stopped after step 3 \(epoch 3\): the validation loss is Infinity; .* w\[0\], is/,
  );
  expect(error.best).toMatchObject({ epoch: 2 });
});
