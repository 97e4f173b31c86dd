import { dense, fit, initialize, predict, softmaxCrossEntropy } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { fileOf, floats, node, value } from '../../test/files.ts';
import { exportOnnx, importOnnx, replaceHead, runFrozen } from '../index.ts';

const byte = (name: string, type: number, raw: number) => ({ name, shape: [], type, raw: Uint8Array.of(raw) });

/** x · W quantized to steps of 0.5 from −64 to 63.5, and then a layer of floats. */
const quantized = (values = true) =>
  fileOf({
    nodes: [
      node('MatMul', ['x', 'W'], ['m']),
      node('QuantizeLinear', ['m', 'scale', 'zero'], ['q']),
      node('DequantizeLinear', ['q', 'scale', 'zero'], ['d']),
      node('Gemm', ['d', 'V', 'b'], ['y']),
    ],
    initializers: [
      ...[floats('W', [3, 2], [1, 0, 0, 1, 1, 1]), floats('scale', [], [0.5]), byte('zero', 3, 0)],
      ...[floats('V', [2, 2], [1, 2, 3, 4]), floats('b', [2], [0.5, 0])],
    ],
    ...(values && { values: [value('d', ['batch', 2])] }),
  });

const x = [
  [1.1, 0, 0],
  [0, 2.3, 1],
  [0, 0, -3],
];

test('what is unknown and what it needs is run as it is, and what comes behind is trained', async () => {
  await expect(importOnnx(quantized())).rejects.toThrow('onnx: QuantizeLinear QuantizeLinear-q is quantized');
  const model = await importOnnx(quantized(), { frozen: true });
  expect(Object.keys(model.params)).toEqual(['V', 'b']);
  const features = await runFrozen(model, x, { batchSize: 2 });
  expect(features).toEqual({ d: { rows: 3, cols: 2, data: Float32Array.of(1, 0, 1, 3.5, -3, -3) } });
  expect([...(await predict(model, initialize(model, 0), features)).data]).toEqual([1.5, 2, 12, 16, -11.5, -18]);
  const { params } = await fit({
    model,
    data: { x: features, y: ['a', 'b', 'a'] },
    loss: softmaxCrossEntropy,
    epochs: 5,
  });
  const again = await importOnnx(exportOnnx(model, params), { frozen: true });
  expect(initialize(again, 0)).toEqual(params);
  expect(await runFrozen(again, { x })).toEqual(features);
});

test('sizes that the file says nothing of are asked for', async () => {
  const silent = await importOnnx(quantized(false), { frozen: true });
  await expect(runFrozen(silent, x)).rejects.toThrow(
    'leaves sizes of its input "d" open; give importOnnx shapes: { "d": […] }',
  );
  const told = await importOnnx(quantized(false), { frozen: true, shapes: { d: [2] } });
  expect((await runFrozen(told, x)).d!.rows).toBe(3);
});

test('a file without such operators stays whole, and one that ends in them has nothing to train', async () => {
  const plain = fileOf({
    nodes: [node('MatMul', ['x', 'W'], ['y'])],
    initializers: [floats('W', [3, 2], [1, 2, 3, 4, 5, 6])],
  });
  const model = await importOnnx(plain, { frozen: true });
  expect(model.file.before).toBeUndefined();
  await expect(runFrozen(model, x)).rejects.toThrow(
    'onnx: runFrozen: the model has no frozen part; give its inputs to the model',
  );
  const end = fileOf({ nodes: [node('Unheard', ['x'], ['y'])] });
  await expect(importOnnx(end, { frozen: true })).rejects.toThrow(
    'onnx: the model: nothing comes behind Unheard before the output "y", so there is nothing to train',
  );
});

test('a new head stands behind the same frozen part', async () => {
  const model = replaceHead(await importOnnx(quantized(), { frozen: true }), dense(2, 3));
  const features = await runFrozen(model, x);
  expect((await predict(model, initialize(model, 0), features)).cols).toBe(3);
  const again = await importOnnx(exportOnnx(model, initialize(model, 0)), { frozen: true });
  expect(await runFrozen(again, x)).toEqual(features);
});

test('the frozen part takes open sizes, constants and whole numbers, and no others in their place', async () => {
  const file = fileOf({
    nodes: [
      node('Gather', ['table', 'ids'], ['g']),
      node('Mul', ['g', 'factor'], ['m']),
      node('QuantizeLinear', ['m', 'scale', 'zero'], ['q']),
      node('DequantizeLinear', ['q', 'scale', 'zero'], ['d']),
      node('Gemm', ['d', 'V'], ['y']),
    ],
    initializers: [
      ...[floats('table', [4], [1, 2, 3, 4]), floats('scale', [], [0.5]), byte('zero', 3, 0)],
      floats('V', [2, 1], [1, 2]),
    ],
    inputs: [value('ids', ['batch', 'n'], 7), value('factor', [])],
    outputs: [value('y', ['batch', 1])],
    values: [value('d', ['batch', 2])],
  });
  const model = await importOnnx(file, { frozen: true, shapes: { ids: [2] }, constants: { factor: 2 } });
  const ids = [
    [0, 3],
    [2, 1],
  ];
  expect((await runFrozen(model, { ids })).d!.data).toEqual(Float32Array.of(2, 8, 6, 4));
  await expect(runFrozen(model, { ids: [[0.5, 1]] })).rejects.toThrow(/^onnx: runFrozen: x\.ids .*0\.5.*whole number/);
  await expect(runFrozen(model, { ids: [[1, 2, 3]] })).rejects.toThrow('onnx: runFrozen: x.ids has rows of 3 entries');
  await expect(runFrozen(model, { idz: ids } as never)).rejects.toThrow('onnx: runFrozen: x: there is no input "idz"');
});
