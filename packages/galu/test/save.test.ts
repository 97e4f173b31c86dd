import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMatrix, readSafetensors, type Safetensors, writeSafetensors } from '@unbraid/data';
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
  const loaded = await loadGalu(path, { runtime });
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
  await expect(loadGalu(path, { runtime })).rejects.toThrow(/other\.safetensors/);
});

test('task, loss, report and intercept are kept', async () => {
  const path = join(folder, 'labels.safetensors');
  const signs = createMatrix(30, 2, createRandom(4).sign(new Float32Array(60)));
  const trained = await createGalu({ neurons: 6, loss: 'logistic', ridge: 0.1, runtime }).fit(x, signs);
  await saveGalu(trained, path);
  const { network, report } = await loadGalu(path, { runtime });
  expect(network).toEqual(trained.network);
  expect(report).toEqual({ ...trained.report, history: [] });
});

/** The saved model with its content changed, and what loading it comes to. */
async function changed(change: (file: Safetensors) => Safetensors): Promise<FittedGalu> {
  const path = join(folder, 'changed.safetensors');
  await saveGalu(model, path);
  const { tensors, metadata } = change(await readSafetensors(path));
  await writeSafetensors(path, tensors, metadata);
  return loadGalu(path, { runtime });
}

const without = <V>(record: Readonly<Record<string, V>>, name: string): Record<string, V> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

test('a file of version 1 loads, without an intercept', async () => {
  const old = await changed(({ tensors, metadata }) => ({
    tensors: without(tensors, 'intercept'),
    metadata: {
      ...without(metadata, 'loss'),
      format: 'unbraid-galu-1',
      report: JSON.stringify({
        iterations: 4,
        stopped: 'tolerance',
        error: 1,
        gradient: 1e-7,
        method: 'primal',
        seconds: 2,
      }),
    },
  }));
  expect([...old.network.intercept]).toEqual([0, 0, 0]);
  expect(old.network.loss).toBeUndefined();
  expect(old.report).toMatchObject({ iterations: 4, converged: true, warnings: [] });
  const expected = await model.predict(x);
  (await old.predict(x)).data.forEach((value, at) => {
    expect(value + model.network.intercept[at % 3]!).toBeCloseTo(expected.data[at]!, 6);
  });
});

const withEntry = (name: string, value: string) => (file: Safetensors) => ({
  ...file,
  metadata: { ...file.metadata, [name]: value },
});
const withTensor = (name: string, shape: readonly number[], data: Float32Array) => (file: Safetensors) => ({
  ...file,
  tensors: { ...file.tensors, [name]: { dtype: 'F32' as const, shape, data } },
});

test.each<[string, (file: Safetensors) => Safetensors, RegExp]>([
  [
    'no task',
    (f) => ({ ...f, metadata: without(f.metadata, 'task') }),
    /metadata has no entry "task"; save the network/,
  ],
  ['a task that is no JSON', withEntry('task', '{'), /entry "task" is wrong/],
  ['an unknown task', withEntry('task', '{"kind":"ranking"}'), /entry "task" is wrong at "kind"/],
  [
    'another task',
    withEntry('task', '{"kind":"classification","classes":7}'),
    /a has 3 columns, the task .* has 7 outputs/,
  ],
  ['no report', (f) => ({ ...f, metadata: without(f.metadata, 'report') }), /metadata has no entry "report"/],
  ['a report without numbers', withEntry('report', '{"iterations":null}'), /entry "report" is wrong at "iterations"/],
  [
    'an unknown loss',
    withEntry('loss', 'hinge'),
    /entry "loss" is "hinge"; "squared", "logistic" or "softmax" is needed/,
  ],
  ['a format to come', withEntry('format', 'unbraid-galu-9'), /format "unbraid-galu-9", expected unbraid-galu-1 or/],
  ['no gates', (f) => ({ ...f, tensors: without(f.tensors, 'gates') }), /has no tensor "gates" among its 3; save/],
  [
    'NaN weights',
    withTensor('weights', [6, 4], new Float32Array(24).fill(Number.NaN, 3, 5)),
    /weights has 2 NaN values, the first at entry 3/,
  ],
  ['NaN gates', withTensor('gates', [6, 4], new Float32Array(24).fill(Number.NaN, 3, 5)), /gates has 2 NaN values/],
  [
    'an infinite intercept',
    withTensor('intercept', [3], Float32Array.of(0, 0, -1 / 0)),
    /intercept has 1 infinite value/,
  ],
  [
    'weights of another size',
    withTensor('weights', [3, 8], new Float32Array(24)),
    /gates, weights and a are 6 × 4, 3 × 8, 6 × 3/,
  ],
  ['a flat matrix', withTensor('a', [18], new Float32Array(18)), /tensor "a" is F32 \[18\]; F32 with 2 axes is needed/],
])('%s is refused in one line that names the file', async (_, change, message) => {
  const error: unknown = await changed(change).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'InputError', message: expect.stringMatching(message) });
  expect((error as Error).message).toMatch(/^galu: .*changed\.safetensors/);
  expect((error as Error).message).not.toContain('\n');
});

test('a network with NaN weights is not written', async () => {
  const network = { ...model.network, weights: createMatrix(6, 4, new Float32Array(24).fill(Number.NaN)) };
  await expect(saveGalu({ ...model, network }, join(folder, 'nan'))).rejects.toThrow(/weights has 24 NaN values/);
  await expect(saveOnnx({ network }, join(folder, 'nan.onnx'))).rejects.toThrow(/weights has 24 NaN values/);
});
