import { decodeSafetensors, encodeSafetensors } from '@unbraid/checks/safetensors';
import { layoutOf, mul } from '@unbraid/graph';
import { expect, test } from 'vitest';
import { normalMatrix } from '../../test/problems.ts';
import {
  type AnyModel,
  activation,
  averagePool2d,
  batchNorm,
  conv2d,
  convTranspose2d,
  decodeModel,
  dense,
  dropout,
  encodeModel,
  filled,
  flatten,
  gaussian,
  glorotUniform,
  initialize,
  maxPool2d,
  ntk,
  param,
  predict,
  sequential,
  unflatten,
  zeros,
} from '../index.ts';

const layers: Readonly<Record<string, readonly [AnyModel, columns: number]>> = {
  'an ntk net': [
    sequential([dense(4, 8, { init: ntk, bias: gaussian(0.5) }), activation('gelu'), dense(8, 2, { bias: false })]),
    4,
  ],
  'named layers in one another': [
    sequential({
      hidden: sequential([dense(4, 3, { init: glorotUniform }), batchNorm({ features: 3, momentum: 0.2 })]),
      out: dense(3, 1, { init: filled(2) }),
    }),
    4,
  ],
  'an image net': [
    sequential([
      unflatten([2, 6, 6]),
      conv2d({ channels: 2, filters: 4, kernel: [3, 2], stride: 2, padding: 'same', groups: 2, bias: false }),
      convTranspose2d({ channels: 4, filters: 2, kernel: 3, outputPadding: 1, stride: 2 }),
      maxPool2d({ kernel: 2, stride: 1, dilation: 2 }),
      averagePool2d({ kernel: 2, padding: 1, countPads: true }),
      dropout(0.25),
      activation('relu'),
      flatten(),
    ]),
    72,
  ],
  'one layer': [dense(4, 2), 4],
};

test.each(Object.entries(layers))('%s comes back without code', async (_, [model, columns]) => {
  const params = initialize(model, 3);
  const saved = { model, params, classes: ['no', 'yes'], features: ['a', 'b'], notes: { from: 'größer' } };
  const { model: back, ...rest } = decodeModel(encodeModel(saved));
  expect(rest).toEqual({ params, classes: ['no', 'yes'], features: ['a', 'b'], notes: { from: 'größer' } });
  expect(layoutOf(back.params)).toEqual(layoutOf(model.params));
  const x = normalMatrix(3, columns);
  expect(await predict(back, params, x)).toEqual(await predict(model, params, x));
  expect(initialize(back, 7)).toEqual(initialize(model, 7));
  expect(encodeModel({ ...rest, model: back })).toEqual(encodeModel(saved));
});

test('the same model gives the same bytes, and nothing that is left out is written', () => {
  const model = dense(2, 1);
  const bytes = encodeModel({ model, params: Float32Array.of(1, 2, 3) });
  expect(Object.keys(decodeSafetensors(bytes).metadata).sort()).toEqual(['architecture', 'format']);
  expect(decodeModel(bytes)).toEqual({ model: expect.anything(), params: Float32Array.of(1, 2, 3) });
});

const scale: AnyModel = {
  name: 'scale',
  params: { gain: param([2], filled(3)) },
  apply: ({ gain }: never, x) => mul(x, gain),
};

/** `sequential` of layers whose types aren't known. */
const stack = sequential as (layers: readonly AnyModel[] | Readonly<Record<string, AnyModel>>) => AnyModel;

test.each<[AnyModel, string]>([
  [stack([dense(2, 2), scale]), '1 (scale)'],
  [stack({ a: stack([scale]), b: scale }), 'a.0 (scale), b (scale)'],
  [{ ...dense(2, 2), apply: scale.apply } as AnyModel, 'the model (dense 2 → 2)'],
  [sequential([activation((x) => mul(x, 2)), dense(2, 2)]), '0 (activation)'],
  [dense(2, 2, { init: { ...zeros, description: undefined, factor: () => 2 } as never }), 'the model (dense 2 → 2)'],
])('layers of your own are told, and come back where the model is given, case %#', (model, own) => {
  const params = initialize(model, 1);
  const bytes = encodeModel({ model, params });
  expect(() => decodeModel(bytes)).toThrow(
    `nn: the saved model: it has layers of your own, which a file can't describe: ${own}; give the model, too: { model }`,
  );
  expect(decodeModel(bytes, { model })).toEqual({ model, params });
});

const good = encodeModel({ model: dense(2, 2), params: new Float32Array(6), classes: ['a', 'b'] });

/** The file with some of its metadata, or a tensor, changed. */
function changed(metadata: Record<string, string>, tensors = {}): Uint8Array {
  const file = decodeSafetensors(good);
  return encodeSafetensors({ ...file.tensors, ...tensors }, { ...file.metadata, ...metadata });
}

const tensor = (shape: number[], value = 0) => ({
  dtype: 'F32' as const,
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
});
const sequence = (inner: unknown) => JSON.stringify({ layer: 'sequential', settings: { list: true, layers: inner } });
const deep = (depth: number): string =>
  depth === 0
    ? '{"layer":"flatten","settings":{}}'
    : `{"layer":"sequential","settings":{"list":true,"layers":[["0",${deep(depth - 1)}]]}}`;

test.each<[Uint8Array, string]>([
  [good.subarray(0, 100), 'nn: m.safetensors is truncated'],
  [Uint8Array.of(1, 2, 3), 'nn: m.safetensors is not a safetensors file'],
  [
    changed({ format: 'unbraid-nn-2' }),
    'it is of the format "unbraid-nn-2", this version of @unbraid/nn reads unbraid-nn-1; update it',
  ],
  [changed({ format: 'other' }), 'it is no saved model (format "other", expected unbraid-nn-1)'],
  [changed({}, { weight: tensor([2, 3]) }), "the parameter weight is [2, 3], the model's is [2, 2]"],
  [
    changed({}, { weight: { dtype: 'F64', shape: [2, 2], data: new Float64Array(4) } }),
    'the parameter weight is F64 [2, 2]',
  ],
  [changed({}, { stray: tensor([1]) }), 'there is a parameter "stray", which the model doesn\'t have'],
  [
    changed({}, { weight: tensor([2, 2], Number.NaN) }),
    'nn: m.safetensors: weight has 4 NaN values, the first at entry 0',
  ],
  [changed({ architecture: '{' }), 'its layers can\'t be made: "not JSON"'],
  [changed({ architecture: '3' }), 'its layers can\'t be made: "nn: a layer is 3; an object is needed"'],
  [changed({ architecture: '{"layer":"dnse","settings":{}}' }), 'nn: there is no layer \\"dnse\\"; choose dense'],
  [changed({ architecture: '{"layer":"__proto__","settings":{}}' }), 'nn: there is no layer'],
  [changed({ architecture: '{"layer":"dense","settings":{"inputs":-1,"outputs":2}}' }), "nn: dense's inputs is -1"],
  [
    changed({ architecture: '{"layer":"dense","settings":{"inputs":1e15,"outputs":2}}' }),
    "the model's is [1000000000000000, 2]",
  ],
  [
    changed({ architecture: '{"layer":"dense","settings":{"inputs":2,"outputs":2,"init":{"name":"mine"}}}' }),
    'nn: there is no initializer',
  ],
  [
    changed({ architecture: '{"layer":"dense","settings":{"inputs":2,"outputs":2,"init":{"name":"gaussian"}}}' }),
    "nn: gaussian's std is undefined",
  ],
  [changed({ architecture: '{"layer":"flatten","settings":{"x":1}}' }), 'nn: flatten has no setting'],
  [changed({ architecture: sequence([['0']]) }), 'a layer of a sequence is no pair'],
  [changed({ architecture: sequence(7) }), 'a sequence has no list of layers'],
  [changed({ architecture: deep(100) }), 'there are more than 64 sequences in one another'],
  [changed({ classes: '["a","a"]' }), "its classes can't be read"],
  [changed({ classes: '[1]' }), "its classes can't be read"],
  [changed({ notes: '[]' }), "its notes can't be read"],
])('a file that is no such model is refused in one line, case %#', (bytes, message) => {
  expect(() => decodeModel(bytes, { name: 'm.safetensors' })).toThrow(message);
});

test.each<[object, string]>([
  [{ params: new Float32Array(5) }, "nn: encodeModel's params has 5 entries, the model has 6 parameters"],
  [{ params: new Float32Array(6).fill(Number.NaN) }, "nn: encodeModel's params has 6 NaN values"],
  [
    { classes: ['a', 'a'] },
    "nn: encodeModel's classes is an array of 2; a list in which no classes are called alike is needed",
  ],
  [{ features: [1] }, "nn: encodeModel's features[0] is 1"],
  [{ clases: ['a'] }, 'nn: encodeModel has no setting "clases"; the nearest are classes'],
])('a model that can not be kept is refused in one line, case %#', (more, message) => {
  expect(() => encodeModel({ model: dense(2, 2), params: new Float32Array(6), ...more } as never)).toThrow(message);
});
