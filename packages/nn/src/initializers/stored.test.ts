import { expect, test } from 'vitest';
import { decodeModel, dense, encodeModel, initialize, param, stored } from '../index.ts';

test('a model begins from values that are stored, whatever the seed', () => {
  const values = Float32Array.of(1, 2, 3, 4);
  const model = dense(2, 2, { init: stored(values) });
  for (const seed of [0, 7]) expect([...initialize(model, seed)]).toEqual([1, 2, 3, 4, 0, 0]);
  const { model: loaded, params } = decodeModel(encodeModel({ model, params: initialize(model, 0) }));
  expect([...params]).toEqual([1, 2, 3, 4, 0, 0]);
  expect(loaded.name).toBe(model.name);
});

test('names of parameters that come from files are kept, dots, colons and slashes included', () => {
  const names = ['layer1.0.conv1.weight', 'onnx::Conv_193', '/encoder/MatMul_weights', '12'];
  const values = (name: string) => Float32Array.of(name.length, -1);
  const params = Object.fromEntries(names.map((name) => [name, param([2], stored(values(name)))]));
  const model = { params, apply: (_: never, x: never) => x };
  const { params: flat } = decodeModel(encodeModel({ model, params: initialize(model, 1) }), { model });
  // Keys that look like integers come first, as everywhere in JavaScript.
  expect([...flat]).toEqual([2, -1, 21, -1, 14, -1, 23, -1]);
});

test('values of another kind or size are refused', () => {
  expect(() => stored([1, 2] as never)).toThrow("nn: stored's values are an array of 2; a Float32Array is needed");
  const model = dense(2, 3, { init: stored(new Float32Array(4)) });
  expect(() => initialize(model, 0)).toThrow('nn: stored has 4 values for a parameter of 6');
  const bad = dense(1, 1, { init: stored(Float32Array.of(Number.NaN)) });
  expect(() => initialize(bad, 0)).toThrow('1 NaN');
});
