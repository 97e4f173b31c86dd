import { createMatrix } from '@unbraid/data';
import { reduceMean, sub, type Tensor } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { type AnyModel, applyModel, dense, filled, initialize, predict } from '@unbraid/nn';
import { describe, expect, it, test } from 'vitest';
import { kernelAlignment, ntkNetwork, regime, scaledModel, tangentKernel } from '../index.ts';
import { type Departure, type LinearRegime, linearRegimeOf } from './departure.ts';
import { outputsOf } from './distances.ts';
import { type TrainingDeparture, type TrainingRegime, trainingRegimeOf } from './training-regime.ts';

it.each<[Departure, LinearRegime]>([
  [{ curvature: 0, kernelChange: 0, distance: 0 }, 'linear'],
  [{ curvature: 0.048, kernelChange: 0.09, distance: 0.02 }, 'linear'],
  [{ curvature: 0.05, kernelChange: 0.09, distance: 0.02 }, 'linear on the way'],
  [{ curvature: 0.01, kernelChange: 0.11, distance: 0.02 }, 'not linear'],
  [{ curvature: 0.01, kernelChange: 0.01, distance: 0.11 }, 'not linear'],
  [{ curvature: 0.01, kernelChange: Number.POSITIVE_INFINITY, distance: 0 }, 'not linear'],
  [{ curvature: 0.01, kernelChange: 0, distance: Number.NaN }, 'not linear'],
])('takes %o for %s at a threshold of 0.1', (departure, expected) => {
  expect(linearRegimeOf(departure, 0.1)).toBe(expected);
});

const trained = { kernelChange: 0.05, distance: 0.05, firstLoss: 1, loss: 0.01 };
it.each<[Partial<TrainingDeparture>, TrainingRegime]>([
  [{}, 'lazy'],
  [{ kernelChange: 0.11 }, 'between'],
  [{ distance: 0.11 }, 'between'],
  [{ kernelChange: 0.5 }, 'feature learning'],
  [{ distance: 0.6 }, 'feature learning'],
  [{ loss: 0.51 }, 'untrained'],
  [{ loss: 0.51, kernelChange: 3 }, 'untrained'],
  [{ loss: Number.POSITIVE_INFINITY }, 'diverged'],
])('takes a training with %o for %s', (given, expected) => {
  expect(trainingRegimeOf({ ...trained, ...given })).toBe(expected);
});

const runtime = nodeRuntime({ threads: 1 });
const random = createRandom(3);
const x = { data: random.split('x').normal(new Float32Array(8 * 4)), rows: 8, cols: 4 };
const y = random.split('y').sign(new Float32Array(8));
const quiet = { runtime, onWarning: () => {} };

describe('a linear model', () => {
  const model = dense(4, 1, { bias: false });
  const problem = { model, params: initialize(model, 1), x, y };

  test('is lazy to rounding, and steps where its own curvature says', async () => {
    const found = await regime(problem, { ...quiet, share: 0.4, maxSteps: 50, trainedFrom: 1 });
    expect(found.regime).toBe('lazy');
    expect(found.kernelChange).toBeLessThan(1e-6);
    expect(found.distance).toBeLessThan(1e-5);
    expect(found.trainedApart).toBeLessThan(1e-4);
    // Its loss has the Hessian 2 Xᵀ X / N, and `largestRate` is 1 / its half: the step times sharpness is 2 · share.
    for (const product of found.stepSharpness) expect(product).toBeCloseTo(0.8, 3);
    expect(found.alignment[1]).toBeCloseTo(found.alignment[0], 5);
  });

  test('diverges above its largest rate, which is a finding', async () => {
    const found = await regime(problem, { ...quiet, share: 1.5, maxSteps: 2000 });
    expect(found.regime).toBe('diverged');
    expect([found.kernelChange, found.loss]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

test('the larger the scale, the lazier the same network', async () => {
  const model = ntkNetwork({ inputs: 4, width: 60 });
  const of = (scale: number) => regime({ model, params: initialize(model, 2), x, y }, { ...quiet, scale });
  const [small, one, large] = [await of(0.1), await of(1), await of(30)];
  expect(large.kernelChange).toBeLessThan(one.kernelChange / 10);
  expect(one.kernelChange).toBeLessThan(small.kernelChange / 2);
  expect([large.regime, small.regime]).toEqual(['lazy', 'feature learning']);
  expect(large.movement).toBeLessThan(one.movement);
  // Features that are learnt are those of the targets.
  expect(small.alignment[1] - small.alignment[0]).toBeGreaterThan(large.alignment[1] - large.alignment[0]);
  expect(large.trainedApart).toBeLessThan(0.01);
});

test('a step that does not train is not called lazy', async () => {
  const model = ntkNetwork({ inputs: 4, width: 20 });
  const problem = { model, params: initialize(model, 2), x, y };
  expect((await regime(problem, { ...quiet, share: 1e-4, maxSteps: 5 })).regime).toBe('untrained');
});

test('targets of another number than the outputs are refused', async () => {
  const model = ntkNetwork({ inputs: 4, width: 5, outputs: 2 });
  const problem = { model, params: initialize(model, 2), x, y };
  await expect(regime(problem, quiet)).rejects.toThrow('linearity: y has 1 columns, the model 2 outputs');
});

test('outputs are those of one batch, however many rows there are: they may depend on each other', async () => {
  const row = dense(1, 1, { bias: false, init: filled(1) });
  const centred: AnyModel = {
    params: row.params,
    apply(params: never, rows: Tensor) {
      const outputs = applyModel(row, params, rows);
      return sub(outputs, reduceMean(outputs, { axes: [0], keepDims: true }));
    },
  };
  const inputs = createMatrix(
    2048,
    1,
    Float32Array.from({ length: 2048 }, (_, i) => Number(i < 1024)),
  );
  const { data } = await outputsOf(centred, initialize(centred, 0), inputs, runtime);
  expect([data[0], data[2047]]).toEqual([0.5, -0.5]);
});

test('a scaled model starts at 0, with the kernel times the square of the scale', async () => {
  const model = ntkNetwork({ inputs: 4, width: 10 });
  const params = initialize(model, 0);
  const scaled = scaledModel(model, params, 3);
  expect((await predict(scaled, params, x, { runtime })).data.every((value) => Math.abs(value) < 1e-6)).toBe(true);
  const [before, after] = [
    await tangentKernel({ model, params }, x),
    await tangentKernel({ model: scaled, params }, x),
  ];
  after.kernel.data.forEach((value, i) => {
    expect(value).toBeCloseTo(9 * before.kernel.data[i]!, 4);
  });
  expect(after.meeting).toBeUndefined();
  expect(() => scaledModel(model, params, 0)).toThrow('scale is 0');
});

test('alignment is a cosine', () => {
  const kernelOf = (data: number[], rows: number) =>
    ({
      kernel: { data: Float32Array.from(data), rows, cols: rows },
      relativeError: 0,
      errorKind: 'estimated',
    }) as const;
  expect(kernelAlignment(kernelOf([1, -2, -2, 4], 2), Float64Array.of(1, -2))).toBeCloseTo(1, 12);
  expect(kernelAlignment(kernelOf([1, 0, 0, 1], 2), Float64Array.of(3, 4))).toBeCloseTo(Math.SQRT1_2, 12);
  expect(() => kernelAlignment(kernelOf([1, 0, 0, 1], 2), Float64Array.of(0, 0))).toThrow('targets of zeros');
});
