import { f32, layoutOf, mul, trace } from '@unbraid/graph';
import { expect, test } from 'vitest';
import { outputOf } from '../../test/apply.ts';
import { type ActivationName, activation, dense, heUniform, initialize, ntk, sequential, zeros } from '../index.ts';

test('dense multiplies by its weight and adds its bias', () => {
  expect(
    outputOf(
      dense(2, 3),
      [1, 2, 3, 4, 5, 6, 10, 20, 30],
      [
        [1, 1],
        [0, 2],
      ],
    ),
  ).toEqual([
    [15, 27, 39],
    [18, 30, 42],
  ]);
});

test('columns of the weight of dense are its neurons', () => {
  expect(dense(4, 3).params.weight).toMatchObject({ shape: [4, 3], neuronAxis: 1, trainable: true });
});

test('dense without bias has the weight alone', () => {
  const layer = dense(2, 1, { bias: false });
  expect(layoutOf(layer.params).leaves.map(({ path }) => path)).toEqual(['weight']);
  expect(outputOf(layer, [2, 3], [[1, 10]])).toEqual([[32]]);
});

test('dense with ntk divides the product, and not the bias, by the root of its inputs', () => {
  expect(outputOf(dense(4, 1, { init: ntk }), [1, 2, 3, 4, 100], [[1, 1, 1, 1]])).toEqual([[105]]);
});

test('dense says which layer met an input of another width', () => {
  const layer = dense(4, 3);
  const specs = { params: layer.params, x: f32(8, 5) };
  expect(() => trace(specs, ({ params, x }) => ({ y: layer.apply(params, x) }))).toThrow(
    'nn: dense(4, 3) takes [rows, 4], the input is [8, 5]; make the layer as wide as what comes before it',
  );
});

test('dense refuses widths that are not positive integers', () => {
  expect(() => dense(0, 3)).toThrow("nn: dense's inputs is 0; an integer of at least 1 is needed");
  expect(() => dense(3, 1.5)).toThrow("nn: dense's outputs is 1.5; an integer of at least 1 is needed");
});

test.each<[ActivationName, number, number]>([
  ['relu', -2, 0],
  ['tanh', 0.5, Math.tanh(0.5)],
  ['sigmoid', 1, 1 / (1 + Math.exp(-1))],
  ['softplus', 1, Math.log1p(Math.E)],
  // 1 · Φ(1), from a table of the normal distribution.
  ['gelu', 1, 0.8413447],
])('%s of %f is %f', (name, x, y) => {
  expect(outputOf(activation(name), [], [[x]])[0]![0]).toBeCloseTo(y, 6);
});

test('any function of tensors is an activation', () => {
  expect(
    outputOf(
      activation((x) => mul(x, x)),
      [],
      [[3]],
    ),
  ).toEqual([[9]]);
});

test('an unknown activation is refused with those there are', () => {
  const name = 'rleu' as ActivationName;
  expect(() => activation(name)).toThrow(
    'nn: there is no activation "rleu"; choose relu, elu, gelu, silu, selu, leakyRelu, softplus, geluTanh, hardSwish, hardSigmoid, tanh, sigmoid or mish',
  );
});

test('names that every object has are no activations', () => {
  expect(() => activation('constructor' as ActivationName)).toThrow('nn: there is no activation "constructor"; choose');
});

test('dense and sequential refuse what is none of theirs', () => {
  expect(() => dense(2, 3, { biass: false } as never)).toThrow(
    'nn: dense has no setting "biass"; the nearest are bias',
  );
  expect(() => dense(2, 3, { bias: true } as never)).toThrow("nn: dense's bias is true; an initializer such as zeros");
  expect(() => sequential([dense(2, 3), undefined as never])).toThrow(
    "nn: sequential's 1 is undefined; a layer or model is needed",
  );
});

test('sequential applies layers in order and names parameters by position or by key', () => {
  const layers = [dense(1, 1), activation('relu'), dense(1, 1)] as const;
  const byPosition = sequential(layers);
  const byName = sequential({ hidden: layers[0], relu: layers[1], output: layers[2] });
  expect(layoutOf(byPosition.params).leaves.map(({ path }) => path)).toEqual([
    '0.weight',
    '0.bias',
    '2.weight',
    '2.bias',
  ]);
  expect(layoutOf(byName.params).leaves.map(({ path }) => path)).toEqual([
    'hidden.weight',
    'hidden.bias',
    'output.weight',
    'output.bias',
  ]);
  for (const model of [byPosition, byName]) expect(outputOf(model, [2, 1, 10, 5], [[3], [-3]])).toEqual([[75], [5]]);
});

test('sequences nest', () => {
  const model = sequential([sequential([dense(1, 1), activation('relu')]), dense(1, 1)]);
  expect(layoutOf(model.params).leaves.map(({ path }) => path)).toEqual([
    '0.0.weight',
    '0.0.bias',
    '1.weight',
    '1.bias',
  ]);
  expect(outputOf(model, [1, 0, 2, 0], [[3]])).toEqual([[6]]);
});

test('sequential needs a layer', () => {
  expect(() => sequential([])).toThrow('nn: sequential takes at least one layer');
});

test("a bias starts with its layer's fans", () => {
  const layer = dense(96, 1000, { init: zeros, bias: heUniform });
  const bias = initialize(layer, 1).subarray(96 * 1000);
  const largest = Math.max(...bias.map(Math.abs));
  // He's uniform bound, √(6 / 96) = 1/4: a thousand draws come near it and stay within.
  expect(largest).toBeLessThanOrEqual(0.25);
  expect(largest).toBeGreaterThan(0.24);
});
