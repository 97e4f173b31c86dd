import { readFileSync } from 'node:fs';
import { createMatrix, type Matrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { createGalu, decodeGalu, encodeGalu, exportGalu, type FittedGalu, type GaluSettings } from '../src/index.ts';
import { matrix, relativeError, type Stored } from './fixture.ts';

/** What scikit-learn computed in float64: `python/fixtures/galu_inputs.py`. */
const { scaled } = JSON.parse(readFileSync(new URL('./fixtures/galu-inputs.json', import.meta.url), 'utf8')) as {
  readonly scaled: Readonly<Record<'X' | 'XTest' | 'U' | 'Y' | 'A' | 'W', Stored>> &
    Readonly<Record<'c' | 'mean' | 'scale' | 'testPrediction', readonly number[]>> & {
      readonly lambda: number;
      readonly intercept: number;
    };
};

const runtime = nodeRuntime({ threads: 1 });
const [x, xTest] = [matrix(scaled.X), matrix(scaled.XTest)];
const y = Float32Array.from(scaled.Y.data);
const gates = { weights: matrix(scaled.U), offsets: scaled.c };
const settings: GaluSettings = { gates, ridge: scaled.lambda, tolerance: 1e-7, maxIterations: 3000, runtime };

async function onnxOutputs(model: Pick<FittedGalu, 'network'>, inputs: Matrix): Promise<Float32Array> {
  const session = await InferenceSession.create(exportGalu(model));
  const { n } = await session.run({ x: new Tensor('float32', inputs.data, [inputs.rows, inputs.cols]) });
  await session.release();
  return n!.data as Float32Array;
}

/** A_j w_j of each neuron, which doesn't depend on the signs of A. */
const products = (weights: Matrix, a: ArrayLike<number>): Float64Array =>
  Float64Array.from(weights.data, (w, at) => w * a[Math.floor(at / weights.cols)]!);

describe('a network that scales its rows', () => {
  test.each(['primal', 'dual'] as const)('is that of scikit-learn on scaled rows (%s)', async (method) => {
    const { network, predict, report } = await createGalu({ ...settings, scale: true, method }).fit(x, y);
    expect(report.warnings).toEqual([]);
    expect(relativeError(network.scaling!.mean, scaled.mean)).toBeLessThan(1e-14);
    expect(relativeError(network.scaling!.scale, scaled.scale)).toBeLessThan(1e-12);
    const expected = products(matrix(scaled.W), scaled.A.data);
    expect(relativeError(products(network.weights, network.a.data), expected)).toBeLessThan(1e-3);
    expect(network.intercept[0]).toBeCloseTo(scaled.intercept, 2);
    expect(relativeError((await predict(xTest)).data, scaled.testPrediction)).toBeLessThan(1e-6);
  });

  test('is saved and exported with its scaling', async () => {
    const model = await createGalu({ ...settings, scale: true }).fit(x, y);
    const expected = (await model.predict(xTest)).data;
    const loaded = decodeGalu(encodeGalu(model), { runtime });
    expect(loaded.network).toEqual(model.network);
    expect((await loaded.predict(xTest)).data).toEqual(expected);
    expect(relativeError(await onnxOutputs(model, xTest), expected)).toBeLessThan(1e-6);
  });

  test('takes rows one at a time as in a batch', async () => {
    const model = await createGalu({ ...settings, scale: true }).fit(x, y);
    const all = (await model.predict(xTest)).data;
    const one = await model.predict(createMatrix(1, xTest.cols, xTest.data.slice(0, xTest.cols)));
    expect(one.data[0]).toBeCloseTo(all[0]!, 4);
  });

  test('gives no notice of columns that are not scaled, which a network as it is does', async () => {
    const heard: string[] = [];
    const onWarning = (line: string) => heard.push(line);
    await createGalu({ neurons: 5, ridge: 1, scale: true, runtime }).fit(x, y, { onWarning });
    expect(heard).toEqual([]);
    await createGalu({ neurons: 5, ridge: 1e6, maxIterations: 1, runtime }).fit(x, y, { onWarning });
    expect(heard.some((line) => line.includes("isn't scaled"))).toBe(true);
  });

  test('leaves a column that was constant in training alone, whatever it is later', async () => {
    const model = await createGalu({ neurons: 20, ridge: 0.1, scale: true, seed: 3, runtime }).fit(x, y);
    const changed = createMatrix(
      xTest.rows,
      xTest.cols,
      xTest.data.map((v, at) => (at % 5 === 4 ? 1e6 : v)),
    );
    expect((await model.predict(changed)).data).toEqual((await model.predict(xTest)).data);
  });

  test('may scale all columns by one number', async () => {
    const model = await createGalu({ neurons: 20, ridge: 0.1, scale: 'norm', runtime }).fit(x, y);
    expect(new Set(model.network.scaling!.scale).size).toBe(1);
    expect(model.network.offset).toBe(true);
  });
});

describe('offsets', () => {
  const random = createRandom(8);
  const inputs = createMatrix(400, 1, random.uniform(new Float32Array(400), 1, 3));
  const bend = Float32Array.from(inputs.data, (value) => Math.abs(value - 2));

  test('let gates lie away from the origin', async () => {
    const shared = { neurons: 40, ridge: 1e-3, seed: 2, runtime };
    const through = await createGalu(shared).fit(inputs, bend);
    const anywhere = await createGalu({ ...shared, offset: true, scale: true }).fit(inputs, bend);
    expect(await through.score(inputs, bend)).toBeLessThan(0.1);
    expect(await anywhere.score(inputs, bend)).toBeGreaterThan(0.99);
    expect(anywhere.network.gates.cols).toBe(2);
  });

  test('without scaling are kept by the files', async () => {
    const model = await createGalu({ neurons: 6, ridge: 0.1, offset: true, runtime }).fit(inputs, bend);
    const expected = (await model.predict(inputs)).data;
    expect(decodeGalu(encodeGalu(model)).network).toEqual(model.network);
    expect(relativeError(await onnxOutputs(model, inputs), expected)).toBeLessThan(1e-6);
  });

  test.each<[GaluSettings, RegExp]>([
    [{ gates: { weights: matrix(scaled.U), offsets: [1, 2] } }, /gates' offsets has 2 entries, there are 7 gates/],
    [{ gates: { weights: matrix(scaled.U), offsets: scaled.c.map(() => Number.NaN) } }, /gates' offsets has 7 NaN/],
    [{ gates, offset: false }, /offset is false, and these gates have offsets/],
    [{ gates: matrix(scaled.U), scale: true, offset: false }, /offset is false, and these gates/],
    [{ neurons: 3, scale: 'robust' as 'norm' }, /scale is "robust"; true, false, "standardize" or "norm" is needed/],
  ])('that can not be are refused, case %#', async (given, message) => {
    const fit = async () => createGalu({ ridge: 1, runtime, ...given }).fit(x, y);
    await expect(fit()).rejects.toThrow(message);
  });
});
