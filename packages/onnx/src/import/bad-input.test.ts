import { input } from '@unbraid/graph';
import { initialize, predict } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { fileOf, floats, integers, layer, node, value } from '../../test/files.ts';
import { importOnnx } from '../index.ts';
import type { NodeProto, TensorProto } from '../proto/model-proto.ts';

const refused = async (parts: Parameters<typeof fileOf>[0]): Promise<string> => {
  const error: unknown = await importOnnx(fileOf(parts)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'InputError', message: expect.not.stringContaining('\n') });
  return (error as Error).message;
};

test('a circle of nodes', async () => {
  const nodes = [node('Add', ['x', 'b'], ['a']), node('Relu', ['a'], ['b']), node('Relu', ['b'], ['y'])];
  expect(await refused({ nodes })).toBe('onnx: Add Add-a needs its own output: there is a circle of nodes');
});

test('an initializer that is missing', async () => {
  expect(await refused({ ...layer(), initializers: [] })).toBe(
    'onnx: Gemm Gemm-h needs "W", which is no input, no initializer and made by no node; the file is incomplete',
  );
  expect(await refused({ nodes: [] })).toBe('onnx: the output "y" is made by no node');
});

test('a value that is made twice', async () => {
  const nodes = [node('Relu', ['x'], ['y']), node('Neg', ['x'], ['y'])];
  expect(await refused({ nodes })).toBe('onnx: Neg Neg-y makes "y", which is made elsewhere too');
});

test('weights that are NaN, infinite, or fewer than the shape says', async () => {
  const withWeights = (values: readonly number[]) => ({
    ...layer(),
    initializers: [floats('W', [3, 2], values), floats('b', [2], [0, 0])],
  });
  expect(await refused(withWeights([1, 2, Number.NaN, 4, 5, 6]))).toMatch(/^onnx: the model: W has 1 NaN value/);
  expect(await refused(withWeights([1, 2, 3, 4, 5, Number.POSITIVE_INFINITY]))).toMatch(
    /^onnx: the model: W has 1 infinite value/,
  );
  expect(await refused(withWeights([1, 2]))).toBe(
    'onnx: the tensor "W" of shape [3, 2] needs 6 values, the file has 2',
  );
});

test('operators that are unknown or quantized, by name', async () => {
  expect(await refused({ nodes: [node('Gem', ['x'], ['y'])] })).toMatch(
    /^onnx: there is no operator "Gem" \(node Gem-y, operator set 18\); the nearest are Gem/,
  );
  expect(await refused({ nodes: [node('QLinearMatMul', ['x'], ['y'])] })).toBe(
    'onnx: QLinearMatMul QLinearMatMul-y is quantized, which has no derivative; import the model from before quantization',
  );
  expect(await refused({ ...layer(), opset: 3 })).toBe(
    "onnx: the model is written for version 3 of ONNX's operators; 7 to 30 are read, convert it with onnx.version_converter or export it anew",
  );
});

test("shapes that don't fit, naming the node", async () => {
  const model = await importOnnx(fileOf({ ...layer(), inputs: [value('x', ['batch', 4])] }));
  await expect(predict(model, initialize(model, 0), [[1, 2, 3, 4]])).rejects.toThrow(
    /^onnx: Gemm Gemm-h: .*\[1, 4\].*\[3, 2\]/,
  );
});

test('inputs of text', async () => {
  expect(await refused({ nodes: [node('Identity', ['x'], ['y'])], inputs: [value('x', ['batch', 1], 8)] })).toBe(
    'onnx: the input "x" is of string, which isn\'t read; export the model with numbers in its place',
  );
});

test('settings that are unknown or of the wrong kind', async () => {
  const bytes = fileOf(layer());
  await expect(importOnnx(bytes, { trainabel: 'b' } as never)).rejects.toThrow(
    'onnx: importOnnx has no setting "trainabel"; the nearest are trainable',
  );
  await expect(importOnnx(bytes, { shapes: { x: [0] } })).rejects.toThrow("onnx: importOnnx's shapes");
  await expect(importOnnx(bytes, { output: 'z' })).rejects.toThrow('onnx: there is no output "z"; the nearest are y');
  await expect(importOnnx('no-such-file.onnx')).rejects.toThrow(
    'onnx: cannot read no-such-file.onnx: there is no such file',
  );
  await expect(importOnnx('')).rejects.toThrow("onnx: a file's path is needed");
});

test('100,000 nodes in a row are imported, and a million that functions would make are not', {
  timeout: 120_000,
}, async () => {
  const count = 100_000;
  const nodes = Array.from({ length: count }, (_, i) =>
    node('Identity', [i === 0 ? 'x' : `v${i}`], [i === count - 1 ? 'y' : `v${i + 1}`]),
  );
  const model = await importOnnx(fileOf({ nodes, outputs: [value('y', ['batch', 3])] }));
  expect(model.file.graph.nodes).toHaveLength(count);
  const functions = new Map(
    Array.from({ length: 40 }, (_, i) => {
      const inner = { ...node(`F${i + 1}`, ['a'], ['m']), domain: 'own' };
      const again = { ...node(`F${i + 1}`, ['m'], ['b']), domain: 'own' };
      const facts = {
        name: `F${i}`,
        domain: 'own',
        inputs: ['a'],
        outputs: ['b'],
        defaults: new Map(),
        opsets: new Map(),
      };
      return [`own:F${i}`, { ...facts, nodes: i === 39 ? [node('Neg', ['a'], ['b'])] : [inner, again] }] as const;
    }),
  );
  const bomb = { nodes: [{ ...node('F0', ['x'], ['y']), domain: 'own' }], functions };
  expect(await refused(bomb)).toBe('onnx: the functions of the file make more than 250000 nodes');
});

test('a shape that is computed from data', async () => {
  const file = fileOf({
    nodes: [node('Cast', ['x'], ['s'], { to: { integer: 7 } }), node('Reshape', ['x', 's'], ['y'])],
    inputs: [value('x', ['batch', 3])],
  });
  const model = await importOnnx(file);
  expect(() => model.run({}, { x: oneRow() })).toThrow(
    /^onnx: Reshape Reshape-y: its input "s" is .* computed from data/,
  );
});

test('an initializer of whole numbers that is too short', async () => {
  const file = fileOf({
    nodes: [node('Reshape', ['x', 's'], ['y'])],
    initializers: [integers('s', [2], [1])],
  });
  const model = await importOnnx(file);
  expect(() => model.run({}, { x: oneRow() })).toThrow(
    'onnx: the tensor "s" of shape [2] needs 2 values, the file has 1',
  );
});

const HUGE = 1e9;

test.each<[string, NodeProto, TensorProto[]]>([
  [
    'sizes',
    node('Resize', ['x', '', '', 's'], ['y'], { mode: { text: 'linear' } }),
    [integers('s', [4], [1, 1, HUGE, HUGE])],
  ],
  ['scales', node('Resize', ['x', '', 's'], ['y']), [floats('s', [4], [1, 1, HUGE, HUGE])]],
  [
    'pads',
    node('MaxPool', ['x'], ['y'], { kernel_shape: { integers: [1, 1] }, pads: { integers: [0, 0, HUGE, HUGE] } }),
    [],
  ],
  [
    'windows',
    node('AveragePool', ['x'], ['y'], {
      kernel_shape: { integers: [HUGE, HUGE] },
      pads: { integers: [HUGE, HUGE, HUGE, HUGE] },
    }),
    [],
  ],
  ['neighbours', node('LRN', ['x'], ['y'], { size: { integer: HUGE } }), []],
  [
    'a range',
    node('Range', ['a', 'b', 'c'], ['y']),
    [integers('a', [], [0]), integers('b', [], [1e15]), integers('c', [], [1])],
  ],
])('%s of billions are refused before room is made for them', async (_, given, initializers) => {
  const model = await importOnnx(fileOf({ nodes: [given], initializers, inputs: [value('x', ['batch', 1, 4, 4])] }));
  expect(() => model.run({}, { x: input('x', [1, 1, 4, 4], 'float32') })).toThrow(
    /^onnx: \w+ \S+: it asks for \S+ entries, more than \d+$/,
  );
});

/** An input for one row. */
function oneRow() {
  return input('x', [1, 3], 'float32');
}
