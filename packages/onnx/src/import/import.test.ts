import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportOnnxFiles, f32, matmul, trace } from '@unbraid/graph';
import { activation, dense, exportModel, fit, initialize, meanSquaredError, predict, sequential } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { fileOf, floats, integers, layer, node, value } from '../../test/files.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { importOnnx } from '../index.ts';

const x = [
  [1, 2, 3],
  [-1, 0.5, 0],
];

test('a file becomes a model whose parameters have its names and values', async () => {
  const model = await importOnnx(fileOf(layer()));
  expect(Object.keys(model.params)).toEqual(['W', 'b']);
  expect(model.params.W).toMatchObject({ shape: [3, 2], trainable: true, neuronAxis: 1 });
  expect(model).toMatchObject({
    output: 'y',
    metadata: { origin: 'here' },
    inputs: { x: { shape: [3], dtype: 'float32' } },
  });
  const params = initialize(model, 7);
  expect([...params]).toEqual([1, -2, 0.5, 3, -1, 0.25, 0.5, -0.5]);
  expect([...(await predict(model, params, x)).data]).toEqual([0, 4.25, 0, 3]);
});

test('neurons are told of a matrix that is turned before its product, as PyTorch writes linear layers', async () => {
  const axisOf = async (nodes: ReturnType<typeof node>[], shape: readonly number[]) => {
    const W = floats('W', shape, [1, 2, 3, 4, 5, 6]);
    return (await importOnnx(fileOf({ nodes, initializers: [W] }))).params.W!.neuronAxis;
  };
  const turn = (input: string, output: string, perm?: number[]) =>
    node('Transpose', [input], [output], perm ? { perm: { integers: perm } } : {});
  const product = node('MatMul', ['x', 't'], ['y']);
  expect(await axisOf([turn('W', 't'), product], [2, 3])).toBe(0);
  expect(await axisOf([node('Identity', ['W'], ['i']), turn('i', 't', [1, 0]), product], [2, 3])).toBe(0);
  expect(await axisOf([turn('W', 'i'), turn('i', 't'), product], [3, 2])).toBe(1);
  expect(await axisOf([turn('W', 't', [0, 1]), product], [3, 2])).toBe(1);
});

test('what our own models export comes back with the same outputs, and is trained', async () => {
  const own = sequential([dense(3, 8), activation('tanh'), dense(8, 1)]);
  const params = initialize(own, 3);
  const model = await importOnnx(exportModel(own, params));
  expect(initialize(model, 0)).toEqual(params);
  expect(Object.keys(model.params)).toEqual(['params.0.weight', 'params.0.bias', 'params.2.weight', 'params.2.bias']);
  const outputs = await predict(model, params, x);
  expect(outputs.data).toEqual((await predict(own, params, x)).data);
  const { history } = await fit({
    model,
    loss: meanSquaredError,
    data: { x, y: [1, -1] },
    epochs: 40,
    learningRate: 0.05,
  });
  expect(history.at(-1)!.training.loss).toBeLessThan(0.1 * history[0]!.training.loss);
});

test('trainable says which parameters move', async () => {
  const model = await importOnnx(fileOf(layer()), { trainable: 'b' });
  const { params } = await fit({
    model,
    loss: meanSquaredError,
    data: {
      x,
      y: [
        [9, 9],
        [9, 9],
      ],
    },
    epochs: 2,
  });
  expect([...params.subarray(0, 6)]).toEqual([1, -2, 0.5, 3, -1, 0.25]);
  expect(params[7]).not.toBe(-0.5);
  await expect(importOnnx(fileOf(layer()), { trainable: ['nothing*'] })).rejects.toThrow(
    'onnx: trainable asks for no parameter of the model; it has W, b',
  );
});

test('open sizes are given by shapes, and asked for in one line where they are needed', async () => {
  const file = fileOf({
    nodes: [node('ReduceMean', ['x', 'axes'], ['m'], { keepdims: { integer: 0 } }), node('Mul', ['m', 'w'], ['y'])],
    initializers: [integers('axes', [1], [1]), floats('w', [2], [2, 3])],
    inputs: [value('x', ['batch', 'tokens', 2])],
  });
  const open = await importOnnx(file);
  expect(() => open.inputs).toThrow(
    'leaves sizes of its input "x" open; give importOnnx shapes: { "x": [tokens, 2] } with a number for each size',
  );
  const model = await importOnnx(file, { shapes: { x: [3, 2] } });
  expect([...(await predict(model, initialize(model, 0), [[1, 10, 2, 20, 3, 30]])).data]).toEqual([4, 60]);
  const wrong = await importOnnx(file, { shapes: { x: [3, 4] } });
  expect(() => wrong.inputs).toThrow('onnx: shapes gives [3, 4] for a row of "x", which doesn\'t fit');
  await expect(importOnnx(file, { shapes: { z: [1] } })).rejects.toThrow(
    'onnx: there is no input "z"; the nearest are x',
  );
});

test('inputs that are no data are constants, and branches that depend on them are taken', async () => {
  const branch = (name: string, factor: number) => ({
    graph: {
      ...{
        name,
        inputs: [],
        outputs: [value(`${name}-y`, ['batch', 3])],
        initializers: [floats('scale', [3], [factor, factor, factor])],
      },
      nodes: [node('Mul', ['x', 'scale'], [`${name}-y`])],
    },
  });
  const file = fileOf({
    nodes: [
      node('Equal', ['rate', 'sixteen'], ['is']),
      node('If', ['is'], ['y'], { then_branch: branch('then', 2), else_branch: branch('else', 5) }),
    ],
    initializers: [integers('sixteen', [], [16])],
    inputs: [value('x', ['batch', 3]), value('rate', [], 7)],
  });
  const model = await importOnnx(file, { constants: { rate: 16 } });
  expect(Object.keys(model.params)).toEqual(['scale']);
  expect([...(await predict(model, initialize(model, 0), x)).data]).toEqual([2, 4, 6, -2, 1, 0]);
  const other = await importOnnx(file, { constants: { rate: 8 } });
  expect([...initialize(other, 0)]).toEqual([5, 5, 5]);
  await expect(importOnnx(file).then(({ inputs }) => inputs)).rejects.toThrow(
    'onnx: the input "rate" of the model is one number and not rows; give importOnnx constants: { "rate": … }',
  );
});

test('functions of the file are written out', async () => {
  const twice = {
    ...{
      name: 'Twice',
      domain: 'own',
      inputs: ['a'],
      outputs: ['b'],
      defaults: new Map([['by', { float: 2 }]]),
      opsets: new Map([['', 18]]),
    },
    nodes: [node('Constant', [], ['two'], { value_float: { reference: 'by' } }), node('Mul', ['a', 'two'], ['b'])],
  };
  const uses = [
    { ...node('Twice', ['x'], ['m']), domain: 'own' },
    { ...node('Twice', ['m'], ['y'], { by: { float: 10 } }), domain: 'own' },
  ];
  const file = fileOf({ nodes: uses, outputs: [value('y', ['batch', 3])], functions: new Map([['own:Twice', twice]]) });
  const model = await importOnnx(file, { trainable: () => false }).catch((error: Error) => error.message);
  expect(model).toBe('onnx: trainable asks for no parameter of the model; it has ');
  const whole = await importOnnx(file);
  expect(whole.file.graph.nodes.map(({ type }) => type)).toEqual(['Constant', 'Mul', 'Constant', 'Mul']);
});

test('tensors in a file beside the model are read from its folder alone', async () => {
  const folder = temporaryFolder();
  const graph = trace({ x: f32(2, 3), w: f32(3, 200) }, (given) => ({ y: matmul(given.x, given.w) }));
  const weights = Float32Array.from({ length: 600 }, (_, i) => i / 100);
  const { model: bytes, data } = exportOnnxFiles(graph, { constants: { w: { data: weights } }, dataFile: 'w.bin' });
  const path = join(folder, 'model.onnx');
  writeFileSync(path, bytes);
  await expect(importOnnx(path)).rejects.toThrow(`onnx: cannot read ${join(folder, 'w.bin')}: there is no such file`);
  writeFileSync(join(folder, 'w.bin'), Buffer.concat(data));
  expect(initialize(await importOnnx(path), 0)).toEqual(weights);
  await expect(importOnnx(bytes)).rejects.toThrow(
    'onnx: the model has tensors in files beside it: w.bin; give their bytes as files',
  );
  expect(initialize(await importOnnx(bytes, { files: { 'w.bin': Buffer.concat(data) } }), 0)).toEqual(weights);
  writeFileSync(join(folder, 'w.bin'), Buffer.concat(data).subarray(0, 100));
  await expect(importOnnx(path)).rejects.toThrow(
    'lies at bytes 0 to 2400 of "w.bin", which has 100; the file is cut off',
  );
  for (const location of ['../w.bin', '/etc/passwd', 'C:\\w.bin', '']) {
    const tensor = { name: 'W', shape: [3, 2], type: 1, external: { location, offset: 0, length: 24 } };
    writeFileSync(path, fileOf({ ...layer(), initializers: [tensor, floats('b', [2], [0, 0])] }));
    await expect(importOnnx(path)).rejects.toThrow("which is not in its folder; such a file isn't read");
  }
});
