import { expect, test } from 'vitest';
import {
  appendColumns,
  decodeModel,
  dense,
  encodeModel,
  filled,
  fit,
  initialize,
  meanSquaredError,
  predict,
  sequential,
} from '../index.ts';

const model = sequential([dense(2, 1), appendColumns({ columns: 2, init: filled(-0.5) })]);

test('every row ends with the same numbers, which a saved file keeps', async () => {
  const params = initialize(model, 1);
  const read = decodeModel(encodeModel({ model, params }));
  const { data } = await predict(read.model, read.params, [
    [1, 2],
    [3, 4],
  ]);
  expect([...data.subarray(1, 3), ...data.subarray(4)]).toEqual([-0.5, -0.5, -0.5, -0.5]);
});

test('gradients move them', async () => {
  const data = {
    x: { data: new Float32Array(8), rows: 4, cols: 2 },
    y: { data: Float32Array.of(0, 3, -1, 0, 3, -1, 0, 3, -1, 0, 3, -1), rows: 4, cols: 3 },
  };
  const { params } = await fit({ model, loss: meanSquaredError, data, epochs: 300, learningRate: 0.05 });
  expect(params.at(-2)).toBeCloseTo(3, 2);
  expect(params.at(-1)).toBeCloseTo(-1, 2);
});

test('what can not be is refused', () => {
  expect(() => appendColumns({ columns: 0 })).toThrow(
    "nn: appendColumns's columns is 0; an integer of at least 1 is needed",
  );
});
