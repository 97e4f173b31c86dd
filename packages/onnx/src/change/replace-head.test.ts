import { add, reduceSum, type Tensor } from '@unbraid/graph';
import {
  activation,
  dense,
  fit,
  initialize,
  layerNorm,
  type Model,
  type ParamSpec,
  param,
  predict,
  sequential,
  softmaxCrossEntropy,
  zeros,
} from '@unbraid/nn';
import { expect, test } from 'vitest';
import { fileOf, floats, integers, layer, node, value } from '../../test/files.ts';
import { exportOnnx, importOnnx, replaceHead } from '../index.ts';

/** Two layers and softmax: x · W → relu → · V → softmax. */
const network = (opset = 18) =>
  fileOf({
    ...layer(),
    nodes: [
      ...layer().nodes.slice(0, 1),
      node('Relu', ['h'], ['f']),
      node('MatMul', ['f', 'V'], ['z']),
      node('Softmax', ['z'], ['y']),
    ],
    initializers: [...layer().initializers!, floats('V', [2, 4], [1, 2, 3, 4, 5, 6, 7, 8])],
    outputs: [value('y', ['batch', 4])],
    opset,
  });

const x = [
  [1, 2, 3],
  [-1, 0.5, 0],
  [0, 0, 2],
];

test('a new head takes the place of the last product and what follows', async () => {
  const model = replaceHead(await importOnnx(network()), dense(2, 3), { seed: 1 });
  expect(Object.keys(model.params)).toEqual(['W', 'b', 'head.weight', 'head.bias']);
  expect(model.file.graph.nodes.map(({ type }) => type)).not.toContain('Softmax');
  expect(model).toMatchObject({ output: 'head', outputs: [{ name: 'head', shape: ['batch', 3] }] });
  const params = initialize(model, 0);
  expect([...params.subarray(0, 8)]).toEqual([1, -2, 0.5, 3, -1, 0.25, 0.5, -0.5]);
  const { params: trained, history } = await fit({
    model,
    loss: softmaxCrossEntropy,
    data: { x, y: ['a', 'b', 'c'] },
    epochs: 60,
    learningRate: 0.05,
  });
  expect(history.at(-1)!.training.loss).toBeLessThan(history[0]!.training.loss);
  const again = await importOnnx(exportOnnx(model, trained));
  expect(again.given).toEqual([{ name: 'x', dtype: 'float32', shape: ['batch', 3] }]);
  expect(again.metadata).toEqual({ origin: 'here' });
  expect((await predict(again, initialize(again, 0), x)).data).toEqual((await predict(model, trained, x)).data);
});

test('only the head is trained where trainable leaves all else', async () => {
  const model = replaceHead(
    await importOnnx(network(), { trainable: ['b'] }),
    sequential([dense(2, 4), activation('relu'), dense(4, 2)]),
    { name: 'end' },
  );
  const trained = Object.entries(model.params).flatMap(([name, { trainable }]) => (trainable ? [name] : []));
  expect(trained).toEqual(['b', 'end.0.weight', 'end.0.bias', 'end.2.weight', 'end.2.bias']);
});

test('a head may read several values', async () => {
  const row = { shape: [2], dtype: 'float32' } as const;
  const head: Model<{ readonly shift: ParamSpec }, Readonly<Record<string, Tensor>>> = {
    ...{ params: { shift: param([2], zeros) }, inputs: { f: row, h: row } },
    apply: ({ shift }, { f, h }) => add(add(f!, h!), shift),
  };
  const model = replaceHead(await importOnnx(network()), head, { at: ['f', 'h'] });
  expect([...(await predict(model, initialize(model, 0), [[0, 0, 0]])).data]).toEqual([1, -0.5]);
});

test("values that aren't there, names that are taken and models without a product", async () => {
  const model = await importOnnx(network());
  expect(() => replaceHead(model, dense(2, 3), { at: 'g' })).toThrow(
    'onnx: replaceHead: the model has no value "g" that a head could read',
  );
  expect(() => replaceHead(model, dense(2, 3), { name: 'f' })).toThrow('has a value "f" already; give another name');
  expect(() => replaceHead(model, dense(2, 3), { at: ['f', 'h'] })).toThrow('the head reads 1 values, at names 2');
  const sum = await importOnnx(fileOf({ nodes: [node('Relu', ['x'], ['y'])], outputs: [value('y', ['batch', 3])] }));
  expect(() => replaceHead(sum, dense(2, 3))).toThrow(
    'before the output "y" of the model is Relu, and no product with a weight; give at',
  );
});

test('an old file takes a head in the operators of its time, where there is one', async () => {
  const old = await importOnnx(network(11));
  expect(replaceHead(old, dense(2, 3)).file.proto.opsets.get('')).toBe(11);
  const sum: Model<{ readonly shift: ParamSpec }> = {
    params: { shift: param([1], zeros) },
    apply: ({ shift }, f) => add(reduceSum(f, { axes: [1], keepDims: true }), shift),
  };
  const summed = replaceHead(old, sum);
  const written = await importOnnx(exportOnnx(summed, initialize(summed, 0)));
  expect(written.file.graph.nodes.find(({ type }) => type === 'ReduceSum')?.attributes.get('axes')).toEqual({
    integers: [1],
  });
  expect([...(await predict(written, initialize(written, 0), x)).data]).toEqual([4.25, 3, 0]);
  expect(() => replaceHead(old, layerNorm({ features: 2 }))).toThrow(
    'onnx: replaceHead: the head needs LayerNormalization of version 18',
  );
});

test('settings of inputs that are gone with the old end are gone, too', async () => {
  const branch = (name: string, type: string) => ({
    graph: {
      ...{ name, inputs: [], initializers: [], outputs: [value(name, ['batch', 3])] },
      nodes: [node(type, ['x'], [name])],
    },
  });
  const file = fileOf({
    nodes: [
      node('Equal', ['rate', 'sixteen'], ['is']),
      node('If', ['is'], ['m'], { then_branch: branch('then', 'Neg'), else_branch: branch('else', 'Abs') }),
      node('Add', ['m', 'z'], ['s']),
      node('MatMul', ['s', 'W'], ['y']),
    ],
    initializers: [integers('sixteen', [], [16]), floats('W', [3, 2], [1, 2, 3, 4, 5, 6])],
    inputs: [value('x', ['batch', 'n']), value('z', ['batch', 'n']), value('rate', [], 7)],
  });
  const model = await importOnnx(file, { constants: { rate: 16 }, shapes: { x: [3], z: [3] } });
  const changed = replaceHead(model, dense(3, 1), { at: 'm' });
  expect(Object.keys(changed.inputs)).toEqual(['x']);
  expect((await predict(changed, initialize(changed, 0), [[1, 2, 3]])).cols).toBe(1);
  const again = await importOnnx(exportOnnx(changed, initialize(changed, 0)), { shapes: { x: [3] } });
  expect(again.given.map(({ name }) => name)).toEqual(['x']);
});
