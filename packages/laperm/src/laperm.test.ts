import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import {
  accuracy,
  activation,
  adam,
  type Data,
  dense,
  type FitOptions,
  fit,
  initialize,
  momentum,
  sequential,
  softmaxCrossEntropy,
  zeros,
} from '@unbraid/nn';
import { expect, test } from 'vitest';
import { fixture } from '../test/fixture.ts';
import { memoryStore } from '../test/memory-store.ts';
import { classes, mlp } from '../test/models.ts';
import { isPermutationOf } from './differing-vector.ts';
import { type LapermSettings, laperm } from './laperm.ts';
import { growingPeriod, type Period } from './period.ts';

const runtime = nodeRuntime({ threads: 1 });

const fixtureData: Data = {
  x: { data: Float32Array.from(fixture.x.data), rows: fixture.x.shape[0]!, cols: fixture.x.shape[1]! },
  y: Int32Array.from(fixture.labels.data),
};

test.each(fixture.runs.map((run, i) => [i, run] as const))(
  'losses and parameters agree with PyTorch, at work and synchronized, run %i',
  async (_i, { initial, learningRate, periods, losses: expected, atWork, settled }) => {
    const losses: number[] = [];
    const checkpoint = memoryStore();
    const { params } = await fit({
      model: mlp(5, 8, 3),
      loss: softmaxCrossEntropy,
      data: fixtureData,
      params: Float32Array.from(initial),
      optimizer: laperm({ period: (epoch) => periods[epoch]! }),
      learningRate,
      batchSize: Number.POSITIVE_INFINITY,
      steps: periods.length,
      onStep: ({ loss }) => losses.push(loss),
      checkpoint,
      runtime,
    });
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(expected[i]!, 5);
    expectClose(params, settled);
    expectClose(checkpoint.kept().arrays.params!, atWork);
  },
);

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-5);
}

/** A stepper on the test's net, its parameters and gradients in the arena, as `fit` has them. */
function workbench(optimizer = laperm({ period: 3 }), batches = 2) {
  const model = mlp();
  const initial = initialize(model, 1);
  const params = runtime.arena.alloc('float32', initial.length).data;
  const grads = runtime.arena.alloc('float32', initial.length).data;
  params.set(initial);
  const context = {
    model,
    layout: { dtype: 'float32', size: initial.length, leaves: [] },
    params: initial,
    batches,
  } as const;
  return { model, initial, params, grads, stepper: optimizer.create(initial.length, runtime, context) };
}

/** By the definition: the first values of a column, ascending, go to where its entries rank. */
function synchronizeByHand(params: Float32Array, initial: Float32Array): void {
  const columns = [
    ...Array.from({ length: 8 }, (_, f) => Array.from({ length: 5 }, (_, a) => a * 8 + f)),
    Array.from({ length: 8 }, (_, i) => 40 + i),
    ...Array.from({ length: 3 }, (_, f) => Array.from({ length: 8 }, (_, a) => 48 + a * 3 + f)),
    Array.from({ length: 3 }, (_, i) => 72 + i),
  ];
  for (const places of columns) {
    const sorted = places.map((at) => initial[at]!).sort((a, b) => a - b);
    const byRank = places.toSorted((i, j) => params[i]! - params[j]! || i - j);
    for (const [r, at] of byRank.entries()) params[at] = sorted[r]!;
  }
}

test('steps are those of the inner optimizer, with a synchronization after each period', () => {
  const { initial, params, grads, stepper } = workbench();
  const alone = adam().create(initial.length, runtime);
  const expected = initial.slice();
  for (let step = 1; step <= 10; step++) {
    createRandom(step).normal(grads);
    stepper.step(params, grads, 0.1);
    alone.step(expected, grads, 0.1);
    if (step % 3 === 0) synchronizeByHand(expected, initial);
    expect(params).toEqual(expected);
  }
});

/** The steps, counted from 1, after which parameters are permutations of the first ones. */
function synchronizedSteps(period: Period, steps: number, batches: number): number[] {
  const { model, initial, params, grads, stepper } = workbench(laperm({ period }), batches);
  return Array.from({ length: steps }, (_, i) => i + 1).filter((step) => {
    createRandom(step).normal(grads);
    stepper.step(params, grads, 0.01);
    return isPermutationOf(model, initial, params);
  });
}

test.each<[string, Period, number, number, number[]]>([
  ['a constant k', 4, 3, 14, [4, 8, 12]],
  // k = 3, 9, 27, 81 … in epochs of 10 steps.
  ['a growing k', growingPeriod(3, 3, 1), 10, 60, [3, 6, 9, 18, 27]],
  ['a falling k', (epoch) => 4 - epoch, 5, 15, [4, 6, 9, 12, 14]],
  ['k = 1, then 3', (epoch) => (epoch === 0 ? 1 : 3), 2, 9, [1, 2, 3, 6, 9]],
])('synchronizations follow the steps of all epochs that k divides: %s', (_name, period, batches, steps, expected) => {
  expect(synchronizedSteps(period, steps, batches)).toEqual(expected);
});

test('settling a copy synchronizes it and leaves the count alone', () => {
  const { model, initial, params, grads, stepper } = workbench();
  createRandom(1).normal(grads);
  stepper.step(params, grads, 0.1);
  const before = stepper.state();
  const copy = params.slice();
  stepper.settle!(copy);
  const expected = params.slice();
  synchronizeByHand(expected, initial);
  expect(copy).toEqual(expected);
  expect(isPermutationOf(model, initial, params)).toBe(false);
  expect(stepper.state()).toEqual(before);
});

const options = (over: Partial<FitOptions> = {}): FitOptions => ({
  model: mlp(),
  loss: softmaxCrossEntropy,
  data: classes(70),
  validation: classes(20, 5, 3, 4),
  optimizer: laperm({ period: 4 }),
  learningRate: 0.01,
  batchSize: 16,
  epochs: 5,
  seed: 2,
  runtime,
  ...over,
});

test('a fit learns, and returns and keeps permutations of its first parameters', async () => {
  const model = mlp(20, 64, 3);
  const data = classes(600, 20);
  const optimizer = laperm({ period: 20 });
  const { params, best, history } = await fit(
    options({ model, data, validation: classes(100, 20, 3, 4), optimizer, epochs: 20, metrics: { accuracy } }),
  );
  for (const each of [params, best!.params]) expect(isPermutationOf(model, initialize(model, 2), each)).toBe(true);
  expect(history.at(-1)!.validation!.accuracy).toBeGreaterThan(0.75);
});

test('what is validated within an epoch, and kept as best, is a permutation of the first parameters, also between synchronizations', async () => {
  const model = mlp();
  const initial = initialize(model, 2);
  const steps: number[] = [];
  const { best, validations } = await fit(
    options({
      model,
      validateEverySteps: 3,
      keepBest: ({ step }) => (step === 3 ? 0 : 1),
      onValidation({ step }, params) {
        steps.push(step);
        expect(isPermutationOf(model, initial, params)).toBe(true);
      },
    }),
  );
  // Of 25 steps, synchronized at every fourth; each epoch ends at a fifth.
  expect(steps).toEqual([3, 6, 9, 12, 18, 21, 24]);
  expect(validations).toHaveLength(7);
  expect(best!.step).toBe(3);
  expect(isPermutationOf(model, initial, best!.params)).toBe(true);
});

test('an interrupted fit ends with the numbers of an uninterrupted one', async () => {
  // Batches of 16 out of 70 rows: 5 steps an epoch. Step 13 is in the middle of a period and of an epoch.
  const growing = (over: Partial<FitOptions> = {}) =>
    options({ optimizer: laperm({ period: (epoch) => 3 + epoch }), ...over });
  const straight = await fit(growing());
  const checkpoint = memoryStore();
  const interrupt = new AbortController();
  const stopped = growing({
    checkpoint,
    signal: interrupt.signal,
    onStep: ({ step }) => step === 13 && interrupt.abort(),
  });
  await expect(fit(stopped)).rejects.toThrow();
  const resumed = await fit(growing({ checkpoint }));
  expect(resumed.params).toEqual(straight.params);
  expect(resumed.best).toEqual(straight.best);
  expect(resumed.history).toEqual(straight.history);
});

test('frozen layers keep their bits, and the others are permuted; a factor of the rate is one of the rate', async () => {
  const model = mlp();
  const initial = initialize(model, 2);
  const { params } = await fit(options({ freeze: '0' }));
  expect(params.subarray(0, 48)).toEqual(initial.subarray(0, 48));
  expect(params.subarray(48)).not.toEqual(initial.subarray(48));
  expect(isPermutationOf(model, initial, params)).toBe(true);
  const half = await fit(options({ learningRates: { '*': 0.5 } }));
  expect(half.params).toEqual((await fit(options({ learningRate: 0.005 }))).params);
  await expect(fit(options({ freeze: '*' }))).rejects.toThrow('nn: fit has no parameter to train');
});

test('a fit goes on only from the first parameters it began with', async () => {
  const checkpoint = memoryStore();
  await fit(options({ checkpoint, epochs: 1 }));
  await expect(fit(options({ checkpoint, params: initialize(mlp(), 3) }))).rejects.toThrow(
    'laperm: the saved state is of a fit from other first parameters, or with another skip; ' +
      'go on with the same, or give this fit a checkpoint of its own',
  );
});

test('a fit does not go on with another period or inner optimizer', async () => {
  const checkpoint = memoryStore();
  await fit(options({ checkpoint, epochs: 1 }));
  for (const optimizer of [laperm({ period: 5 }), laperm({ period: 4, inner: momentum() }), adam()]) {
    await expect(fit(options({ checkpoint, optimizer }))).rejects.toThrow('nn: the checkpoint is of another fit');
  }
});

test('what is skipped is trained by the inner optimizer', async () => {
  const initial = initialize(mlp(), 2);
  const skip = (path: string) => path.endsWith('bias');
  const { params } = await fit(options({ optimizer: laperm({ period: 4, skip }) }));
  expect(isPermutationOf(mlp(), initial, params, skip)).toBe(true);
  expect(isPermutationOf(mlp(), initial, params)).toBe(false);
});

test('biases that start at zero are trained by the inner optimizer', async () => {
  const model = sequential([dense(5, 8), activation('relu'), dense(8, 3, { bias: zeros })]);
  const { params } = await fit(options({ model }));
  expect(isPermutationOf(model, initialize(model, 2), params)).toBe(true);
  expect(params.subarray(-3).every((bias) => bias !== 0)).toBe(true);
});

test('gradients that are not finite are reported by the step', () => {
  const { params, grads, stepper } = workbench(laperm({ period: 1 }));
  grads.fill(Number.NaN);
  expect(stepper.step(params, grads, 0.1)).toBe(false);
});

test('memory is given back, also when the inner optimizer finds none', () => {
  const { blocks } = runtime.arena.stats();
  const { stepper } = workbench();
  stepper.release();
  const failing = laperm({
    period: 1,
    inner: {
      ...adam(),
      create: () => {
        throw new Error('no room');
      },
    },
  });
  expect(() => workbench(failing)).toThrow('no room');
  // The two benches' parameters and gradients.
  expect(runtime.arena.stats().blocks).toBe(blocks + 4);
});

test('a model without weights to permute is refused', async () => {
  await expect(fit(options({ optimizer: laperm({ period: 1, skip: () => true }) }))).rejects.toThrow(
    'laperm: the model has no weights to permute: all its parameters are skipped, not trained, frozen, or start with equal values',
  );
});

test('a period of 0 is refused at once', () => {
  expect(() => laperm({ period: 0 })).toThrow('laperm: the period is 0; a whole number of at least 1 is needed');
  expect(() => laperm({ period: () => 0 })).toThrow('laperm: the period of epoch 0 is 0');
});

test('settings that there are not, or of another kind, are refused', () => {
  const refused = (settings: object) => expect(() => laperm(settings as LapermSettings));
  refused({ k: 5 }).toThrow('laperm: laperm has no setting "k"; the nearest are');
  refused({}).toThrow('laperm: laperm: period is missing; give a number of steps or a function of the epoch');
  refused({ period: '5' }).toThrow(
    'laperm: laperm\'s period is "5"; a number of steps or a function of the epoch is needed',
  );
  refused({ period: Number.NaN }).toThrow("laperm: laperm's period is NaN");
  refused({ period: 5, inner: 'adam' }).toThrow('laperm: laperm\'s inner is "adam"; an optimizer is needed');
});

test('it needs what fit tells an optimizer', () => {
  expect(() => laperm({ period: 1 }).create(3, runtime)).toThrow(
    'laperm: laperm needs to know the model and its first parameters; use it with fit',
  );
});

test('the state of another optimizer, or of an earlier laperm, is refused', () => {
  const { stepper, initial } = workbench();
  const { step, arrays } = stepper.state();
  const { 'laperm.fingerprint': halves, ...rest } = arrays;
  expect(() => stepper.restore({ step, arrays: { ...rest, 'laperm.clock': Float32Array.of(0, ...halves!) } })).toThrow(
    'laperm: the saved state is of an earlier version, which synchronized after other steps',
  );
  expect(() => stepper.restore(adam().create(initial.length, runtime).state())).toThrow(
    'laperm: the saved state is of an optimizer other than laperm',
  );
});
