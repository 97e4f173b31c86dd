import assert from 'node:assert/strict';
import { input, layoutOf, ShapeError, sizeOf } from '@unbraid/graph';
import { activation, conv2d, dense, exportModel, flatten, initialize, maxPool2d, sequential } from '@unbraid/nn';
import { exportOnnx, importOnnx, type OnnxModel } from '@unbraid/onnx';
import type { ByteTarget } from '../target.ts';

/** Entries of the values that a mutated model may be converted for: its sizes may be any. */
const MOST_ENTRIES = 2 ** 20;

export const onnx: ByteTarget = {
  name: 'onnx',
  limitMs: 4000,
  testCases: 300,
  errors: [ShapeError],
  seeds() {
    const layers = sequential([dense(3, 4), activation('tanh'), dense(4, 2)]);
    const images = sequential([
      conv2d({ channels: 1, filters: 2, kernel: 3 }),
      activation('relu'),
      maxPool2d({ kernel: 2 }),
      flatten(),
      dense(8, 2),
    ]);
    return [
      exportModel(layers, initialize(layers, 0), { probabilities: true, classes: ['a', 'b'] }),
      exportModel(images, initialize(images, 0), { inputShape: [1, 6, 6] }),
    ];
  },
  async run(bytes) {
    const model = await importOnnx(bytes, { name: 'mutated.onnx' });
    const names = Object.keys(model.params);
    if (names.length === 0) return;
    const params = initialize(model, 0);
    assert.ok(params.every(Number.isFinite));
    assert.ok(4 * params.length <= 16 * bytes.length);
    // What was read can be written and read again.
    const again = await importOnnx(exportOnnx(model, params), { name: 'again.onnx' });
    assert.deepEqual(Object.keys(again.params), names);
    assert.deepEqual(initialize(again, 0), params);
    convertOnce(model);
  },
};

/** Makes the model's graph for one row, where what it says of its inputs is of a size. */
function convertOnce(model: OnnxModel): void {
  const inputs = Object.entries(model.inputs).map(([name, { shape, dtype }]) => ({
    name,
    shape: [1, ...shape],
    dtype,
  }));
  if (inputs.some(({ shape }) => sizeOf(shape) > MOST_ENTRIES)) return;
  const named = layoutOf(model.params).leaves.map(({ path, shape }) => [path, input(path, shape, 'float32')] as const);
  const made = model.run(
    Object.fromEntries(named),
    Object.fromEntries(inputs.map(({ name, shape, dtype }) => [name, input(name, shape, dtype)])),
  );
  assert.ok(Object.keys(made).length > 0);
}
