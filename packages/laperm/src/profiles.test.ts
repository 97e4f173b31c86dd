import { initialize } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { allKinds, mlp } from '../test/models.ts';
import { distinctValues, weightProfiles } from './profiles.ts';

test('a profile has a sorted row for each neuron', () => {
  const params = Float32Array.of(...[3, 10, 1, 30, 2, 20], ...[0, 0], ...[5, 4], 0);
  expect(weightProfiles(mlp(3, 2, 1), params)).toEqual([
    { path: '0.weight', neurons: 2, length: 3, sorted: Float32Array.of(1, 2, 3, 10, 20, 30) },
    { path: '2.weight', neurons: 1, length: 2, sorted: Float32Array.of(4, 5) },
  ]);
});

test('every layer with weights has a profile, biases and batch norm have none', () => {
  const profiles = weightProfiles(allKinds, initialize(allKinds, 1));
  expect(profiles.map(({ path, neurons, length }) => [path, neurons, length])).toEqual([
    ['dense', 4, 6],
    ['conv', 3, 18],
    ['transposed', 2, 16],
  ]);
});

test('parameters of another size are refused', () => {
  expect(() => weightProfiles(allKinds, new Float32Array(2))).toThrow(
    'laperm: the parameters are 2 values, the model has 126 parameters',
  );
});

test('distinct values come once and ascending', () => {
  expect(distinctValues(Float32Array.of(3, -1, 3, 0.5, -1))).toEqual(Float32Array.of(-1, 0.5, 3));
});
