import { layoutOf } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { memoryStore } from '../../test/memory-store.ts';
import { sectors } from '../../test/problems.ts';
import {
  type AnyModel,
  activation,
  adam,
  conv2d,
  decodeModel,
  dense,
  encodeModel,
  fit,
  flatten,
  initialize,
  lora,
  mergeLora,
  predict,
  sequential,
  sgd,
  softmaxCrossEntropy,
  unflatten,
} from '../index.ts';

const model = sequential({ first: dense(2, 16), act: activation('tanh'), last: dense(16, 3) });
const data = sectors(100);
const options = { loss: softmaxCrossEntropy, data, batchSize: 32, epochs: 4, learningRate: 0.05 };

test('an adapted model begins equal to the model, and its own parameters stay', async () => {
  const trained = (await fit({ ...options, model })).params;
  const adapted = lora(model, { rank: 2, match: '*.weight', params: trained });
  const start = initialize(adapted, 7);
  expect(start.subarray(0, trained.length)).toEqual(trained);
  expect((await predict(adapted, start, data.x)).data).toEqual((await predict(model, trained, data.x)).data);
  const { params, history } = await fit({ ...options, model: adapted as AnyModel, epochs: 20 });
  expect(params.subarray(0, trained.length)).toEqual(trained);
  expect(history.at(-1)!.training.loss).toBeLessThan(history[0]!.training.loss);
});

test('what is merged computes what the adapted model does', async () => {
  const adapted = lora(model, { rank: 2, alpha: 5, match: ['first.weight', 'last.weight'] });
  const { params } = await fit({ ...options, model: adapted as AnyModel, epochs: 20 });
  const merged = mergeLora(adapted, params);
  expect(merged.length).toBe(layoutOf(model.params).size);
  const expected = await predict(adapted, params, data.x);
  const found = await predict(model, merged, data.x);
  for (const [i, value] of found.data.entries()) expect(value).toBeCloseTo(expected.data[i]!, 4);
});

test('filters are adapted as matrices', async () => {
  const net: AnyModel = sequential([
    unflatten([2, 5, 5]),
    conv2d({ channels: 2, filters: 4, kernel: 3 }),
    activation('relu'),
    flatten(),
    dense(36, 2),
  ]);
  const x = { data: createRandom(2).normal(new Float32Array(20 * 50)), rows: 20, cols: 50 };
  const adapted = lora(net, { rank: 3, match: '1.weight' });
  const y = Int32Array.from({ length: 20 }, (_, i) => i % 2);
  const { params } = await fit({ ...options, model: adapted as AnyModel, data: { x, y } });
  const expected = await predict(adapted, params, x);
  const found = await predict(net, mergeLora(adapted, params), x);
  for (const [i, value] of found.data.entries()) expect(value).toBeCloseTo(expected.data[i]!, 4);
  expect(params.subarray(0, 76)).toEqual(initialize(net, 0).subarray(0, 76));
});

test('a step is that of gradients of a and b by the chain rule', async () => {
  const plain: AnyModel = dense(2, 3, { bias: false });
  const adapted = lora(plain, { rank: 1, alpha: 2, match: 'weight' });
  const start = initialize(adapted, 0);
  const step = {
    ...options,
    optimizer: sgd(),
    batchSize: Number.POSITIVE_INFINITY,
    steps: 1,
    epochs: undefined as never,
  };
  // b begins at 0, so the gradient of b alone moves: aᵀ · dW, and dW is what a step of the plain model shows.
  const full = (await fit({ ...step, model: plain, params: start.slice(0, 6), learningRate: 1 })).params;
  const dW = full.map((value, i) => start[i]! - value);
  const { params } = await fit({ ...step, model: adapted as AnyModel, params: start, learningRate: 1 });
  const [a0, a1] = [start[6]!, start[7]!];
  for (let j = 0; j < 3; j++) expect(params[8 + j]).toBeCloseTo(-2 * (a0 * dW[j]! + a1 * dW[3 + j]!), 5);
});

test('an adapted model is checkpointed by its changes, saved with its model, and its parameters keep their names', async () => {
  const adapted = lora(model, { rank: 1, match: 'last.weight' });
  const checkpoint = memoryStore();
  const { params } = await fit({ ...options, model: adapted as AnyModel, optimizer: adam(), checkpoint });
  expect((await checkpoint.load())!.arrays['optimizer.m']!.length).toBe(16 + 3);
  expect(layoutOf(adapted.params).leaves.map(({ path }) => path)).toEqual([
    'first.weight',
    'first.bias',
    'last.weight',
    'last.bias',
    'lora.last.weight.a',
    'lora.last.weight.b',
  ]);
  expect(decodeModel(encodeModel({ model: adapted, params }), { model: adapted }).params).toEqual(params);
});

test.each<[object, string]>([
  [{ rank: 0, match: 'last' }, "nn: lora's rank is 0"],
  [{ rank: 1, match: 'lst' }, 'nn: lora\'s match pattern "lst" matches no parameter; the nearest are last.bias'],
  [
    { rank: 1, match: 'last' },
    "nn: lora's match names last.bias [3], which is no matrix; match weights alone, such as '*.weight'",
  ],
  [{ rank: 4, match: '*.weight' }, "nn: lora's rank is 4, and first.weight [2, 16] has a rank of at most 2"],
  [
    { rank: 1, match: '*.weight', params: new Float32Array(3) },
    "nn: lora's params has 3 entries, the model has 99 parameters",
  ],
  [{ rank: 1 }, 'nn: lora: match is missing; give a name'],
])('options that can not be are refused in one line, case %#', (given, message) => {
  expect(() => lora(model, given as never)).toThrow(message);
});

test('what lora did not make, or adapted before, is refused', () => {
  const adapted = lora(model, { rank: 1, match: 'last.weight' });
  expect(() => mergeLora(model as never, initialize(model, 0))).toThrow('nn: mergeLora takes a model that lora made');
  expect(() => mergeLora(adapted, initialize(model, 0))).toThrow("nn: mergeLora's params has 99 entries");
  expect(() => lora(adapted, { rank: 1, match: '*.weight' })).toThrow(
    'nn: lora takes a model whose parameters have names other than lora',
  );
});
