import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMatrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGalu, type FittedGalu, loadGalu, saveGalu, saveOnnx } from '../src/index.ts';

const runtime = nodeRuntime({ threads: 1 });
const x = createMatrix(30, 4, createRandom(2).normal(new Float32Array(120)));
let folder: string;
let model: FittedGalu;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galu-'));
  model = await createGalu({ neurons: 6, ridge: 0.1, runtime }).fit(
    x,
    Int32Array.from({ length: 30 }, (_, i) => i % 3),
  );
});
afterAll(() => rm(folder, { recursive: true }));

test('a saved network predicts the same bits when it is loaded', async () => {
  const path = join(folder, 'model.safetensors');
  await saveGalu(model, path);
  const loaded = await loadGalu(path, runtime);
  expect((await loaded.predict(x)).data).toEqual((await model.predict(x)).data);
  expect(loaded.network.task).toEqual({ kind: 'classification', classes: 3 });
  expect(loaded.report.iterations).toBe(model.report.iterations);
});

test('the ONNX file gives the same predictions for any batch size', async () => {
  const path = join(folder, 'model.onnx');
  await saveOnnx(model, path);
  const session = await InferenceSession.create(await readFile(path));
  const expected = await model.predict(x);
  for (const rows of [1, 30]) {
    const { n } = await session.run({ x: new Tensor('float32', x.data.slice(0, rows * 4), [rows, 4]) });
    expect(n!.dims).toEqual([rows, 3]);
    [...(n!.data as Float32Array)].forEach((value, i) => {
      expect(value).toBeCloseTo(expected.data[i]!, 4);
    });
  }
  await session.release();
});

test('a file of another kind is refused by name', async () => {
  const path = join(folder, 'other.safetensors');
  await writeFile(path, 'nothing of the sort');
  await expect(loadGalu(path, runtime)).rejects.toThrow(/other\.safetensors/);
});
