import { layoutOf } from '@unbraid/graph';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { normalMatrix } from '../../test/problems.ts';
import {
  type AnyModel,
  activation,
  batchNorm,
  conv2d,
  dense,
  dropout,
  exportModel,
  flatten,
  initialize,
  maxPool2d,
  predict,
  sequential,
  softmaxRows,
  unflatten,
} from '../index.ts';

const net = sequential([dense(4, 8), activation('gelu'), batchNorm({ features: 8 }), dropout(0.3), dense(8, 3)]);
const images = sequential([
  unflatten([1, 8, 8]),
  conv2d({ channels: 1, filters: 4, kernel: 3, padding: 'same' }),
  activation('relu'),
  maxPool2d({ kernel: 2 }),
  flatten(),
  dense(64, 2),
]);

/** What ONNX Runtime, loaded without us, makes of the file. */
async function run(bytes: Uint8Array, rows: number, cols: number) {
  const session = await InferenceSession.create(bytes);
  const [input, output] = [session.inputNames[0]!, session.outputNames[0]!];
  const x = normalMatrix(rows, cols, rows);
  const results = await session.run({ [input]: new Tensor('float32', x.data, [rows, cols]) });
  return { session, x, y: results[output]! };
}

test.each<[AnyModel, number]>([
  [net, 4],
  [images, 64],
])('ONNX Runtime computes what predict does, for any number of rows, case %#', async (model, cols) => {
  const params = initialize(model, 5);
  const bytes = exportModel(model, params);
  for (const rows of [1, 2, 33]) {
    const { session, x, y } = await run(bytes, rows, cols);
    expect([session.inputNames, session.outputNames]).toEqual([['x'], ['y']]);
    const wanted = await predict(model, params, x);
    expect(y.dims).toEqual([rows, wanted.cols]);
    (y.data as Float32Array).forEach((value, i) => {
      expect(value).toBeCloseTo(wanted.data[i]!, 5);
    });
  }
});

test('names are those asked for, outputs may be probabilities, and metadata are in the file', async () => {
  const params = initialize(net, 5);
  const bytes = exportModel(net, params, {
    input: 'flower',
    output: 'kind',
    probabilities: true,
    classes: ['setosa', 'virginica', 'größer'],
    features: ['a', 'b', 'c', 'd'],
  });
  const { session, x, y } = await run(bytes, 3, 4);
  expect([session.inputNames, session.outputNames]).toEqual([['flower'], ['kind']]);
  const wanted = softmaxRows(await predict(net, params, x));
  (y.data as Float32Array).forEach((value, i) => {
    expect(value).toBeCloseTo(wanted.data[i]!, 5);
  });
  const text = new TextDecoder().decode(bytes);
  for (const part of ['classes', '["setosa","virginica","größer"]', 'features', '["a","b","c","d"]'])
    expect(text).toContain(part);
});

test.each<[object, string]>([
  [{ classes: ['a', 'b'] }, "nn: exportModel's classes has 2 names, the model has 3; give one for each"],
  [{ features: ['a'] }, "nn: exportModel's features has 1 names, the model has 4; give one for each"],
  [{ input: 'y' }, 'nn: exportModel\'s input "y" and output "y" must be called differently'],
  [{ input: 'params' }, 'nn: exportModel\'s input "params" and output "y" must be called differently'],
  [{ inputShape: [5] }, 'nn: dense(4, 8) takes [rows, 4], the input is'],
  [{ inputShape: [0] }, "nn: exportModel's inputShape[0] is 0; an integer of at least 1 is needed"],
  [{ maxBytes: 100 }, 'graph: the ONNX model takes'],
  [{ inputs: 'x' }, 'nn: exportModel has no setting "inputs"; the nearest are input'],
])('what can not be exported is refused in one line, case %#', (options, message) => {
  expect(() => exportModel(net, new Float32Array(layoutOf(net.params).size), options)).toThrow(message);
});
