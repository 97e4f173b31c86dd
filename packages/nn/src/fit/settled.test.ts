import { layoutOf } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { expect, test } from 'vitest';
import { memoryStore } from '../../test/memory-store.ts';
import { sectorNet, sectors } from '../../test/problems.ts';
import {
  evaluateModel,
  type FitOptions,
  fit,
  initialize,
  type Optimizer,
  type OptimizerContext,
  sgd,
  softmaxCrossEntropy,
} from '../index.ts';

/** Gradient descent whose parameters count after rounding to sixteenths. */
function rounded(): Optimizer {
  const inner = sgd();
  return {
    ...inner,
    name: 'rounded',
    create: (...given) => ({ ...inner.create(...given), settle: (params) => params.set(round(params)) }),
  };
}

const round = (params: Float32Array) => params.map((value) => Math.round(value * 16) / 16);

const options = (): FitOptions => ({
  model: sectorNet(),
  loss: softmaxCrossEntropy,
  data: sectors(100),
  validation: sectors(40, 2),
  learningRate: 0.1,
  batchSize: 32,
  epochs: 3,
});

test('validation, best, onEpoch and the result see settled copies, while training goes on from the others', async () => {
  const { model, loss, validation } = options();
  const atWork: Float32Array[] = [];
  const shown: Float32Array[] = [];
  const onEpoch = (into: Float32Array[]) => (_: unknown, params: Float32Array) => void into.push(params.slice());
  const plain = await fit({ ...options(), optimizer: sgd(), onEpoch: onEpoch(atWork) });
  const settled = await fit({ ...options(), optimizer: rounded(), onEpoch: onEpoch(shown) });
  expect(shown).toEqual(atWork.map(round));
  expect(settled.params).toEqual(round(plain.params));
  expect(settled.params).not.toEqual(plain.params);
  expect(settled.best!.params).toEqual(shown[settled.best!.epoch - 1]);
  for (const [i, { training, validation: score }] of settled.history.entries()) {
    expect(training).toEqual(plain.history[i]!.training);
    expect(score).toEqual(await evaluateModel(model, shown[i]!, validation!, { loss }));
  }
});

test('a fit that settles its parameters ends with the same numbers when it was interrupted', async () => {
  const whole = await fit({ ...options(), optimizer: rounded() });
  const checkpoint = memoryStore();
  const controller = new AbortController();
  const interrupted = fit({
    ...options(),
    optimizer: rounded(),
    checkpoint,
    signal: controller.signal,
    onStep: ({ step }) => step === 6 && controller.abort(new Error('stop')),
  });
  await expect(interrupted).rejects.toThrow('stop');
  const resumed = await fit({ ...options(), optimizer: rounded(), checkpoint });
  expect(resumed.params).toEqual(whole.params);
  expect(resumed.best).toEqual(whole.best);
  const finished = await fit({ ...options(), optimizer: rounded(), checkpoint });
  expect(finished.params).toEqual(whole.params);
});

test('an optimizer learns the model, its first parameters and the steps of an epoch, also when a fit goes on', async () => {
  const contexts: (OptimizerContext | undefined)[] = [];
  const watching: Optimizer = {
    ...sgd(),
    create(size, runtime, context) {
      contexts.push(context);
      return sgd().create(size, runtime, context);
    },
  };
  const checkpoint = memoryStore();
  await fit({ ...options(), optimizer: watching, checkpoint });
  await fit({ ...options(), optimizer: watching, checkpoint, epochs: 4 });
  const { model } = options();
  for (const context of contexts) {
    expect(context!.params).toEqual(initialize(model, 0));
    expect(context!.layout).toEqual(layoutOf(model.params, 'params'));
    expect(context!.batches).toBe(4);
  }
  expect(contexts).toHaveLength(2);
});

test('an optimizer may remember arrays of any size', async () => {
  let restored: Float32Array | undefined;
  const counting: Optimizer = {
    name: 'counting',
    settings: { note: 'a text' },
    create: (...given) => ({
      ...sgd().create(...given),
      state: () => ({ step: 0, arrays: { count: Float32Array.of(5, 6, 7) } }),
      restore: ({ arrays }) => {
        restored = arrays.count;
      },
    }),
  };
  const checkpoint = memoryStore();
  await fit({ ...options(), optimizer: counting, checkpoint });
  await fit({ ...options(), optimizer: counting, checkpoint });
  expect(restored).toEqual(Float32Array.of(5, 6, 7));
  const other = { ...counting, settings: { note: 'another' } };
  await expect(fit({ ...options(), optimizer: other, checkpoint })).rejects.toThrow(
    /its optimizer is .*"note":"a text"/,
  );
});

test('what settling takes of the arena is released', async () => {
  const runtime = nodeRuntime({ threads: 1 });
  await fit({ ...options(), optimizer: rounded(), runtime });
  expect(runtime.arena.stats().blocks).toBe(0);
});
