import { initialize, predict } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { fileOf, floats, layer } from '../../test/files.ts';
import { exportOnnx, importOnnx } from '../index.ts';
import { decodeModelProto } from '../proto/decode.ts';
import { halfOfFloat } from './half.ts';

const trained = Float32Array.of(9, 8, 7, 6, 5, 4, 3, 2);

test('only the values of parameters change in the file', async () => {
  const bytes = fileOf(layer());
  const model = await importOnnx(bytes);
  expect(exportOnnx(model, initialize(model, 0))).toEqual(bytes);
  const changed = exportOnnx(model, trained);
  expect(changed).toHaveLength(bytes.length);
  const [before, after] = [bytes, changed].map((each) => decodeModelProto(each, 'file'));
  const without = (proto: typeof before) => ({ ...proto, graph: { ...proto!.graph, initializers: [] } });
  expect(without(after)).toEqual(without(before));
  expect(initialize(await importOnnx(changed), 0)).toEqual(trained);
  expect(initialize(model, 0)[0]).toBe(1);
});

test.each<[string, number, (x: number) => number[]]>([
  ['float64', 11, (x) => [...new Uint8Array(Float64Array.of(x).buffer)]],
  ['float16', 10, (x) => [...new Uint8Array(Uint16Array.of(halfOfFloat(x)).buffer)]],
])('weights of %s stay so', async (_, type, bytesOf) => {
  const values = [1, -2, 0.5, 3, -1, 0.25];
  const weights = { name: 'W', shape: [3, 2], type, raw: Uint8Array.from(values.flatMap(bytesOf)) };
  const bytes = fileOf({ ...layer(), initializers: [weights, { ...floats('b', [2], [0.5, -0.5]), type: 1 }] });
  const model = await importOnnx(bytes);
  expect([...initialize(model, 0).subarray(0, 6)]).toEqual(values);
  expect(exportOnnx(model, initialize(model, 0))).toEqual(bytes);
  expect(initialize(await importOnnx(exportOnnx(model, trained)), 0)).toEqual(trained);
});

test('weights in typed fields are written too', async () => {
  const halves = [1, -2, 0.5, 3, -1, 0.25].map(halfOfFloat);
  const typed = { name: 'W', shape: [3, 2], type: 10, typed: halves };
  const model = await importOnnx(fileOf({ ...layer(), initializers: [typed, floats('b', [2], [0, 0])] }));
  expect([...initialize(model, 0).subarray(0, 3)]).toEqual([1, -2, 0.5]);
  expect(initialize(await importOnnx(exportOnnx(model, trained)), 0)).toEqual(trained);
});

test('metadata are added to those that are there', async () => {
  const model = await importOnnx(fileOf(layer()));
  const again = await importOnnx(exportOnnx(model, trained, { metadata: { classes: '["a","b"]' } }));
  expect(again.metadata).toEqual({ origin: 'here', classes: '["a","b"]' });
  expect(initialize(again, 0)).toEqual(trained);
});

test("parameters that don't fit, aren't finite or are too large for the file's type", async () => {
  const model = await importOnnx(fileOf(layer()));
  expect(() => exportOnnx(model, new Float32Array(3))).toThrow("onnx: exportOnnx's params are");
  expect(() => exportOnnx(model, trained.with(2, Number.NaN))).toThrow("onnx: exportOnnx's params has 1 NaN value");
  const half = { name: 'W', shape: [3, 2], type: 10, raw: new Uint8Array(12) };
  const small = await importOnnx(fileOf({ ...layer(), initializers: [half, floats('b', [2], [0, 0])] }));
  expect(() => exportOnnx(small, trained.with(0, 1e5))).toThrow(
    'onnx: "W" holds 100000, and float16, the file\'s type, nothing above 65504; export a file of float32',
  );
});

test('a model computes the same after the round trip', async () => {
  const model = await importOnnx(exportOnnx(await importOnnx(fileOf(layer())), trained));
  expect([...(await predict(model, trained, [[1, 0, -1]])).data]).toEqual([7, 6]);
});
