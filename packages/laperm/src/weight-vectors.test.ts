import { heUniform, initialize, param } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { allKinds, parametersAlone } from '../test/models.ts';
import { neuronsOf, weightsOf, weightVectors } from './weight-vectors.ts';

const initial = initialize(allKinds, 1);

test('a vector is a column of a dense weight, a filter, an output of a transposed convolution, a whole bias', () => {
  expect(weightVectors(allKinds, initial)).toEqual([
    { path: 'dense', offset: 0, outer: 6, neurons: 4, inner: 1 },
    { path: 'conv', offset: 24, outer: 1, neurons: 3, inner: 18 },
    { path: 'transposed', offset: 78, outer: 4, neurons: 2, inner: 4 },
    { path: 'bias', offset: 110, outer: 1, neurons: 1, inner: 5 },
  ]);
});

test('biases and batch norm that start with equal values, and running statistics, are left alone', () => {
  const paths = weightVectors(allKinds, initial).map(({ path }) => path);
  for (const path of ['zeroBias', 'gamma', 'mean']) expect(paths).not.toContain(path);
});

test('a weight that starts with equal values is permuted all the same: it must keep them', () => {
  const model = parametersAlone({ weight: param([2, 3], { fill: (out) => out.fill(0.03) }) });
  expect(weightVectors(model, initialize(model, 0))).toHaveLength(1);
});

test('skip leaves parameters out by their path or their description', () => {
  const vectors = weightVectors(allKinds, initial, (path, { shape }) => path === 'conv' || shape.length === 1);
  expect(vectors.map(({ path }) => path)).toEqual(['dense', 'transposed']);
});

test('weights without a neuron axis have their neurons last where they are matrices, else first', () => {
  const model = parametersAlone({ matrix: param([2, 3], heUniform), filters: param([4, 2, 1, 1], heUniform) });
  expect(weightsOf(model).leaves.map(({ outer, neurons, inner }) => [outer, neurons, inner])).toEqual([
    [2, 3, 1],
    [1, 4, 2],
  ]);
});

test('neurons come one after the other with the places of their entries', () => {
  const vectors = { offset: 10, outer: 2, neurons: 3, inner: 2 };
  const places = [...neuronsOf(vectors)].map(([neuron]) => neuron);
  expect(places).toEqual([0, 1, 2]);
  for (const [neuron, indices] of neuronsOf(vectors)) {
    expect([...indices]).toEqual([10, 11, 16, 17].map((at) => at + 2 * neuron));
  }
});

test('initial parameters of another size are refused', () => {
  expect(() => weightVectors(allKinds, initial.subarray(1))).toThrow(
    'laperm: the initial parameters are 125 values, the model has 126 parameters',
  );
});
