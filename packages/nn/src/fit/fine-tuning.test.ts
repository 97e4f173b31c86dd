import { layoutOf } from '@unbraid/graph';
import { expect, test } from 'vitest';
import { memoryStore } from '../../test/memory-store.ts';
import { sectorNet, sectors } from '../../test/problems.ts';
import {
  type AnyModel,
  activation,
  adam,
  adamW,
  averageParams,
  batchNorm,
  dense,
  type EpochRecord,
  type FitOptions,
  filled,
  fit,
  fixedParam,
  initialize,
  type Model,
  meanSquaredError,
  momentum,
  type Optimizer,
  sequential,
  sgd,
  softmaxCrossEntropy,
} from '../index.ts';

const model = sequential({
  first: dense(2, 8),
  norm: batchNorm({ features: 8 }),
  act: activation('tanh'),
  last: dense(8, 3),
});

const options = (): FitOptions => ({
  model,
  loss: softmaxCrossEntropy,
  data: sectors(100),
  batchSize: 32,
  epochs: 3,
  learningRate: 0.01,
});

/** The entries of the parameters whose paths begin so. */
function part(params: Float32Array, prefix: string): number[] {
  return layoutOf(model.params)
    .leaves.filter(({ path }) => path.startsWith(prefix))
    .flatMap(({ offset, size }) => [...params.subarray(offset, offset + size)]);
}

const first = initialize(model, 0);

test.each([sgd({ weightDecay: 0.1 }), momentum({ l2: 0.1 }), adam({ l2: 0.1 }), adamW()])(
  '$name leaves frozen parameters as they are, and trains the others as ever',
  async (optimizer) => {
    const { params } = await fit({ ...options(), optimizer, freeze: ['first', 'norm.mean'] });
    expect(part(params, 'first')).toEqual(part(first, 'first'));
    expect(part(params, 'norm.mean')).toEqual(part(first, 'norm.mean'));
    for (const path of ['norm.gamma', 'norm.beta', 'norm.variance', 'last.weight', 'last.bias'])
      expect(part(params, path)).not.toEqual(part(first, path));
    const head = await fit({ ...options(), optimizer, steps: 1, epochs: undefined as never, freeze: 'first' });
    const all = await fit({ ...options(), optimizer, steps: 1, epochs: undefined as never });
    expect(part(head.params, 'last')).toEqual(part(all.params, 'last'));
    expect(part(head.params, 'norm')).toEqual(part(all.params, 'norm'));
  },
);

test('a model most of whose parameters are fixed trains as one that freezes them', async () => {
  const below = dense(2, 64);
  const held = {
    ...below,
    params: { weight: fixedParam([2, 64], filled(0.5)), bias: fixedParam([64], filled(0.5)) },
  };
  const [fixed, frozen] = [held, below].map((layer): AnyModel => sequential([layer, activation('tanh'), dense(64, 1)]));
  const params = initialize(fixed!, 1);
  const data = { x: sectors(100).x, y: Float32Array.from(sectors(100).y) };
  const wide = { ...options(), loss: meanSquaredError, data, params };
  const expected = await fit({ ...wide, model: frozen!, freeze: '0' });
  expect((await fit({ ...wide, model: fixed! })).params).toEqual(expected.params);
});

test('nothing below the lowest trained layer is gone back through', async () => {
  let asked = 0;
  const spy: Model<Readonly<Record<string, never>>> = {
    params: {},
    apply(_, x) {
      const operator = {
        ...x.operator,
        vjp: (...given: Parameters<NonNullable<typeof x.operator.vjp>>) => {
          asked++;
          return x.operator.vjp!(...given);
        },
      };
      return { ...x, operator };
    },
  };
  const net: AnyModel = sequential([dense(2, 4), spy, activation('tanh'), dense(4, 3)]);
  await fit({ ...options(), model: net, freeze: '0' });
  expect(asked).toBe(0);
  await fit({ ...options(), model: net });
  expect(asked).toBeGreaterThan(0);
});

test('an optimizer keeps nothing for frozen parameters', async () => {
  const checkpoint = memoryStore();
  await fit({ ...options(), freeze: 'first.*', checkpoint });
  const { arrays } = (await checkpoint.load())!;
  // gamma and beta, 8 each, and 8 · 3 + 3.
  expect(arrays['optimizer.m']!.length).toBe(43);
});

test('a factor on the learning rate is the rate of the parameters that it is for', async () => {
  const plain = { ...options(), optimizer: momentum(), steps: 4, epochs: undefined as never };
  const slow = await fit({ ...plain, learningRate: 0.001, freeze: 'last' });
  const fast = await fit({ ...plain, freeze: 'last', learningRates: { '*': 7, 'fi*': 0.1, norm: 0.1 } });
  part(fast.params, 'first').forEach((value, i) => {
    expect(value).toBeCloseTo(part(slow.params, 'first')[i]!, 7);
  });
  const same = await fit({ ...plain, learningRates: { first: 1 } });
  expect(same.params).toEqual((await fit(plain)).params);
});

test('accumulated batches make the step of all their rows, the last ones weighted by theirs', async () => {
  const net: AnyModel = sectorNet();
  const weights = Float32Array.from({ length: 100 }, (_, i) => 1 + (i % 3));
  const data = { ...sectors(100), weights };
  const whole = await fit({ ...options(), model: net, data, batchSize: 100, optimizer: sgd() });
  const losses: number[] = [];
  const cut = await fit({
    ...options(),
    model: net,
    data,
    batchSize: 32,
    accumulate: 4,
    optimizer: sgd(),
    onStep: ({ loss }) => void losses.push(loss),
  });
  expect(cut.steps).toBe(3);
  cut.params.forEach((value, i) => {
    expect(value).toBeCloseTo(whole.params[i]!, 6);
  });
  cut.history.forEach(({ training }, i) => {
    expect(training.loss).toBeCloseTo(whole.history[i]!.training.loss, 5);
    expect(losses[i]).toBeCloseTo(training.loss, 5);
  });
});

test('an epoch of accumulated batches ends with a step of those that are left', async () => {
  const { steps, history } = await fit({ ...options(), accumulate: 3 });
  expect(steps).toBe(6);
  expect(history.map(({ step }) => step)).toEqual([2, 4, 6]);
});

/** x · w for a single weight: the gradient of its mean is the mean of x. */
const line: AnyModel = dense(1, 1, { bias: false, init: filled(0) });

test.each<[Partial<FitOptions>, number]>([
  [{}, 20],
  [{ clipNorm: 5 }, 5],
  [{ clipNorm: 50 }, 20],
  [{ clipValue: 3 }, 3],
  [{ clipValue: 3, clipNorm: 2 }, 2],
])('gradients are cut as %o says', async (cut, step) => {
  // The loss is (w · 1 − 10)², its gradient at 0 is −20.
  const { params } = await fit({
    model: line,
    loss: meanSquaredError,
    data: { x: [[1]], y: Float32Array.of(10) },
    optimizer: sgd(),
    learningRate: 1,
    steps: 1,
    ...cut,
  });
  expect(params[0]).toBeCloseTo(step, 5);
});

test('a norm is that of all gradients together', async () => {
  const clipped = await fit({
    ...options(),
    optimizer: sgd(),
    learningRate: 1,
    steps: 1,
    epochs: undefined as never,
    clipNorm: 0.01,
    freeze: 'norm',
  });
  const moved = Math.hypot(...clipped.params.map((value, i) => value - first[i]!));
  expect(moved).toBeCloseTo(0.01, 5);
});

test('the mean of epochs is what counts from its first epoch on, and training goes on without it', async () => {
  const seen: { record: EpochRecord; params: Float32Array }[] = [];
  const working: Float32Array[] = [];
  const onEpoch = (list: Float32Array[]) => (_: EpochRecord, params: Float32Array) => void list.push(params.slice());
  const validation = sectors(50, 2);
  await fit({ ...options(), epochs: 5, validation, onEpoch: onEpoch(working) });
  const { params, best } = await fit({
    ...options(),
    epochs: 5,
    validation,
    mean: { from: 3 },
    onEpoch: (record, given) => void seen.push({ record, params: given.slice() }),
  });
  expect(seen[1]!.params).toEqual(working[1]);
  expect(seen[2]!.params).toEqual(working[2]);
  const expected = averageParams(working.slice(2));
  params.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 5);
  });
  expect(seen[4]!.params).toEqual(params);
  expect(best!.params).toEqual(seen[best!.epoch - 1]!.params);
});

test('all of it together goes on after an interruption with the bits of an uninterrupted fit', async () => {
  const all = (): FitOptions => ({
    ...options(),
    epochs: 5,
    validation: sectors(40, 2),
    classWeights: 'balanced',
    freeze: 'first.bias',
    learningRates: { last: 10 },
    accumulate: 2,
    clipNorm: 0.5,
    clipValue: 0.2,
    mean: { from: 2 },
  });
  const { seconds: _, stepsPerSecond: __, ...whole } = await fit(all());
  const checkpoint = memoryStore();
  for (const stopAt of [1, 3, 6, 8]) {
    const controller = new AbortController();
    const onStep: FitOptions['onStep'] = ({ step }) => step === stopAt && controller.abort(new Error('stop'));
    await expect(fit({ ...all(), checkpoint, signal: controller.signal, onStep })).rejects.toThrow('stop');
  }
  const { seconds, stepsPerSecond, ...resumed } = await fit({ ...all(), checkpoint });
  expect(resumed).toEqual(whole);
  const other = fit({ ...all(), learningRates: { last: 9 }, checkpoint });
  await expect(other).rejects.toThrow('the checkpoint is of another fit: its trained is');
});

test('an error names the trained parameter whose gradient is not finite', async () => {
  // The loss, 1e36 at most, is finite; the gradient of the weights above, times inputs of 1e21, is not.
  const wide = sequential({ below: dense(1, 1, { init: filled(1e21) }), above: dense(1, 1, { init: filled(1e-21) }) });
  const failing = fit({
    ...options(),
    model: wide as AnyModel,
    loss: meanSquaredError,
    data: { x: [[1]], y: Float32Array.of(1e18) },
    clipNorm: 1,
    freeze: 'below',
    onWarning: () => undefined,
  });
  await expect(failing).rejects.toMatchObject({ name: 'FitError', parameter: 'above.weight' });
});

const stubborn: Optimizer = { ...adam(), name: 'stubborn', partwise: false };

test.each<[Partial<FitOptions>, string]>([
  [{ freeze: 'fist' }, 'nn: fit\'s freeze pattern "fist" matches no parameter; the nearest are first.bias'],
  [{ freeze: () => false }, "nn: fit's freeze function matches no parameter; the first are first.weight, first.bias"],
  [{ freeze: '*' }, 'nn: fit has no parameter to train; let freeze leave some'],
  [
    { freeze: /first/ as never },
    "nn: fit's freeze is an object without entries; a name of parameters, a function of a path, or a list of them, is needed",
  ],
  [
    { learningRates: { lst: 2 } },
    'nn: fit\'s learningRates pattern "lst" matches no parameter; the nearest are last.bias',
  ],
  [{ learningRates: { last: -1 } }, 'nn: fit\'s learningRates has -1 for "last"; a factor of at least 0 is needed'],
  [{ accumulate: 0 }, "nn: fit's accumulate is 0; an integer of at least 1 is needed"],
  [{ clipNorm: 0 }, "nn: fit's clipNorm is 0"],
  [{ clipValue: Number.NaN }, "nn: fit's clipValue is NaN"],
  [{ mean: { from: 9 } }, "nn: fit's mean begins at epoch 9, and there are 3"],
  [{ mean: { from: 1 }, earlyStopping: { patience: 1 } }, "nn: fit's earlyStopping with a mean needs validation"],
  [
    { optimizer: stubborn, freeze: 'last' },
    "nn: fit's optimizer stubborn steps all parameters alike, so it doesn't go with freeze",
  ],
])('settings that can not be are refused in one line, case %#', async (changed, message) => {
  await expect(fit({ ...options(), ...changed })).rejects.toThrow(message);
});

test('means are of lists of parameters of one size', () => {
  expect(averageParams([Float32Array.of(1, 2), Float32Array.of(3, 6)])).toEqual(Float32Array.of(2, 4));
  expect(() => averageParams([])).toThrow('nn: averageParams takes a list of parameters, and got an array of 0');
  expect(() => averageParams([new Float32Array(2), new Float32Array(3)])).toThrow(
    "averageParams' entry 1 is a Float32Array of 3",
  );
  expect(() => averageParams([Float32Array.of(Number.NaN)])).toThrow('1 NaN');
});
