import { createMatrix, type Matrix } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import {
  type AnyModel,
  accuracy,
  decodeModel,
  dense,
  encodeModel,
  exportModel,
  fit,
  initialize,
  ntk,
  predict,
  softmaxCrossEntropy,
} from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { relativeError } from '../../test/fixture.ts';
import { outputGradients } from '../../test/output-gradients.ts';
import { gaussianGates, outputWeights } from '../gates.ts';
import { galuNetwork } from '../twin.ts';
import { deepGalu } from './deep-galu.ts';
import { deepGates } from './deep-gates.ts';
import { deepRelu } from './deep-relu.ts';
import { convStages, denseStages } from './stages.ts';

const runtime = nodeRuntime({ threads: 1 });

const drawn = (rows: number, cols: number, seed: number): Matrix =>
  createMatrix(rows, cols, createRandom(seed).normal(new Float32Array(rows * cols)));

/** The parameters of a model from those of others, by path. */
function filled(model: AnyModel, value: (path: string, size: number) => Float32Array | undefined): Float32Array {
  const params = initialize(model, 5);
  for (const { path, offset, size } of layoutOf(model.params, 'params').leaves) {
    const values = value(path, size);
    if (values) params.set(values, offset);
  }
  return params;
}

const valueAt = (model: AnyModel, params: Float32Array, path: string): Float32Array | undefined => {
  const leaf = layoutOf(model.params, 'params').leaves.find((each) => each.path === path);
  return leaf && params.subarray(leaf.offset, leaf.offset + leaf.size);
};

const dense3 = { stages: denseStages({ inputs: 6, widths: [9, 7] }), output: dense(7, 3) };
const { stages, outputs } = convStages({ shape: [2, 8, 6], filters: [3, 4] });
const conv3 = { stages, output: dense(outputs, 3) };

describe.each([
  ['fully connected', dense3, 6],
  ['convolutional', conv3, 96],
] as const)('a %s network', (_, layers, inputs) => {
  const x = drawn(12, inputs, 3);
  const relu = deepRelu(layers);
  const reluParams = initialize(relu, 4);

  test('with the gates of a ReLU network and its weights is that network', async () => {
    const model = deepGalu({ ...layers, learnt: reluParams });
    const params = filled(model, (path) => valueAt(relu, reluParams, path.replace(/^values\./, '')));
    const [ours, theirs] = [
      await predict(model, params, x, { runtime }),
      await predict(relu, reluParams, x, { runtime }),
    ];
    expect(relativeError(ours.data, theirs.data)).toBeLessThan(1e-6);
    // Other weights are another network under the same gates.
    const others = initialize(model, 4);
    expect(relativeError((await predict(model, others, x, { runtime })).data, theirs.data)).toBeGreaterThan(0.1);
    const gates = await deepGates(model, others, x, { runtime });
    expect(gates.map(({ data }) => data)).toEqual(
      (await deepGates(model, params, x, { runtime })).map(({ data }) => data),
    );
  });

  test.each(['relu', 'linear', 'input'] as const)(
    'with fixed gates of kind %s: training leaves them as they are',
    async (gates) => {
      const model = deepGalu({ ...layers, gates });
      const params = initialize(model, 6);
      const before = await deepGates(model, params, x, { runtime });
      const y = Int32Array.from({ length: x.rows }, (_, i) => i % 3);
      const options = { model, params, loss: softmaxCrossEntropy, metrics: { accuracy }, data: { x, y }, runtime };
      const trained = await fit({
        ...options,
        epochs: 60,
        batchSize: Infinity,
        learningRate: 0.02,
        onWarning: () => {},
      });
      expect(trained.history.at(-1)!.training.loss).toBeLessThan(0.3 * trained.history[0]!.training.loss);
      expect(await deepGates(model, trained.params, x, { runtime })).toEqual(before);
      for (const { data } of before) expect([...new Set(data)].sort()).toEqual([0, 1]);
    },
  );

  test('decoupled, gates are trained too', async () => {
    const model = deepGalu({ ...layers, learning: 'decoupled' });
    const params = initialize(model, 6);
    const y = Int32Array.from({ length: x.rows }, (_, i) => i % 3);
    const options = { model, params, loss: softmaxCrossEntropy, data: { x, y }, runtime };
    const trained = await fit({ ...options, epochs: 10, batchSize: Infinity, learningRate: 0.02, onWarning: () => {} });
    const [before, after] = [
      await deepGates(model, params, x, { runtime }),
      await deepGates(model, trained.params, x, { runtime }),
    ];
    expect(relativeError(after[0]!.data, before[0]!.data)).toBeGreaterThan(1e-3);
    // Far from 0 a gate of float32 is 0 or 1.
    expect(after[0]!.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(after[0]!.data.filter((value) => value > 0.01 && value < 0.99).length).toBeGreaterThan(5);
  });

  test('is saved, loaded and exported', async () => {
    const model = deepGalu({ ...layers, gates: 'input' });
    const params = initialize(model, 8);
    const loaded = decodeModel(encodeModel({ model, params }), { model });
    expect(loaded.params).toEqual(params);
    expect(() => decodeModel(encodeModel({ model, params }))).toThrow(/GaLU network of 2 gated layers/);
    expect(exportModel(model, params, { inputShape: [inputs] }).length).toBeGreaterThan(4 * params.length);
  });
});

test('one layer with gates of the input is galuNetwork', async () => {
  const [gates, a] = [gaussianGates(8, 5, createRandom(1)), outputWeights(8, 2, createRandom(2))];
  const shallow = galuNetwork({ gates, a });
  const w = createRandom(3).normal(new Float32Array(40));
  const x = drawn(10, 5, 4);
  const deep = deepGalu({
    stages: denseStages({ inputs: 5, widths: [8], bias: false }),
    output: dense(8, 2, { bias: false }),
    gates: 'input',
  });
  const turned = (rows: Float32Array) =>
    Float32Array.from({ length: 40 }, (_, at) => rows[(at % 8) * 5 + Math.floor(at / 8)]!);
  const params = filled(deep, (path) => {
    if (path.startsWith('features')) return turned(gates.data);
    return path.includes('output') ? a.data : turned(w);
  });
  const [ours, theirs] = [await predict(deep, params, x, { runtime }), await predict(shallow, w, x, { runtime })];
  expect(relativeError(ours.data, theirs.data)).toBeLessThan(1e-5);
});

test('fixed gates have no gradient, also where a model is differentiated by all of its parameters', async () => {
  const model = deepGalu({ stages: denseStages({ inputs: 4, widths: [5, 5], init: ntk }), output: dense(5, 1) });
  const gradients = await outputGradients(model, drawn(3, 4, 1), runtime);
  const [flat] = await gradients.at(initialize(model, 2));
  for (const { path, offset, size } of layoutOf(model.params, 'params').leaves) {
    const part = flat!.subarray(offset, offset + size);
    expect(part.some((value) => value !== 0)).toBe(path.startsWith('values'));
  }
  await gradients.release();
});

describe('what cannot be is refused', () => {
  test.each([
    [() => deepGalu({ stages: [], output: dense(1, 1) }), /stages is .*; at least one layer/],
    [
      () => deepGalu({ stages: [{ linear: dense(3, 2) }], output: dense(2, 1), gates: 'input' }),
      /layer 0 .* has no gate of the input/,
    ],
    [
      () => deepGalu({ ...dense3, learnt: new Float32Array(3) }),
      /learnt has 3 values, the ReLU network of these layers has/,
    ],
    [
      () => deepGalu({ ...dense3, gates: 'linear', learnt: new Float32Array(3) }),
      /for the gates "relu"; these are "linear"/,
    ],
    [() => deepGalu({ ...dense3, learning: 'decoupled', sharpness: 0 }), /sharpness is 0/],
    [() => deepGalu({ ...dense3, stages: [{ linear: dense(6, 7), after: dense(7, 7) }] }), /no parameters/],
    [() => denseStages({ inputs: 3, widths: [] }), /at least one width/],
    [() => convStages({ shape: [1, 2, 2], filters: [2, 2, 2] }), /smaller than a stride of 2/],
  ])('case %#', (act, message) => expect(act).toThrow(message));

  test('gates of another shape than what they gate, and parameters of another model', async () => {
    const model = deepGalu({
      stages: [{ linear: dense(3, 4), gate: dense(3, 5) }],
      output: dense(4, 1),
      gates: 'input',
    });
    await expect(predict(model, initialize(model, 0), drawn(2, 3, 1), { runtime })).rejects.toThrow(
      /layer 0 .* has gates \[2, 5\] for outputs \[2, 4\]/,
    );
    await expect(deepGates(model, new Float32Array(2), drawn(2, 3, 1), { runtime })).rejects.toThrow(
      /parameters, 2 values/,
    );
  });
});
