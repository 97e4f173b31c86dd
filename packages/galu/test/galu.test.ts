import { createMatrix, matrixFromRows } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { createGalu } from '../src/index.ts';
import { relativeError } from './fixture.ts';

const runtime = nodeRuntime({ threads: 1 });
const random = createRandom(11);

/** Three rays at 120°, labelled by ray: no linear classifier through the origin separates one against two others better than by half. */
function rays(samples: number) {
  const labels = new Int32Array(samples);
  const x = createMatrix(samples, 3);
  for (let i = 0; i < samples; i++) {
    labels[i] = i % 3;
    const angle = (2 * Math.PI * labels[i]!) / 3 + 0.6 * (random.next() - 0.5);
    x.data.set([Math.cos(angle), Math.sin(angle), 1], 3 * i);
  }
  return { x, labels };
}

describe('a GaLU network', () => {
  test.each(['squared', 'logistic'] as const)('learns to tell classes apart with the %s loss', async (loss) => {
    const { x, labels } = rays(300);
    const model = await createGalu({ neurons: 60, loss, ridge: 0.01, seed: 1, runtime }).fit(x, labels);
    const fresh = rays(300);
    expect(await model.score(fresh.x, fresh.labels)).toBeGreaterThan(0.97);
    expect(await model.classify(fresh.x)).toHaveLength(300);
    expect(model.report.iterations).toBeGreaterThan(0);
  });

  test('learns a function that is not linear', async () => {
    const x = createMatrix(500, 3, random.normal(new Float32Array(1500)));
    const y = Float32Array.from({ length: 500 }, (_, i) => Math.abs(x.data[3 * i]!) + x.data[3 * i + 1]!);
    const model = await createGalu({ neurons: 100, ridge: 0.1, runtime }).fit(x, y);
    expect(await model.score(x, y)).toBeGreaterThan(0.97);
  });

  test('primal and dual training end at the same ridge solution', async () => {
    const x = createMatrix(60, 8, random.normal(new Float32Array(480)));
    const y = random.normal(new Float32Array(60));
    const settings = { neurons: 40, ridge: 0.5, seed: 4, runtime };
    const primal = await createGalu({ ...settings, method: 'primal' }).fit(x, y);
    const dual = await createGalu({ ...settings, method: 'dual' }).fit(x, y);
    expect(dual.report.method).toBe('dual');
    expect(relativeError(primal.network.weights.data, dual.network.weights.data)).toBeLessThan(1e-4);
  });

  test('takes the gates it is given', async () => {
    const { x, labels } = rays(90);
    const gates = createMatrix(5, 3, random.normal(new Float32Array(15)));
    const model = await createGalu({ gates, ridge: 1, runtime }).fit(x, labels);
    expect(model.network.gates).toBe(gates);
    expect(model.network.weights.rows).toBe(5);
  });

  test('the same seed gives the same numbers, another seed others', async () => {
    const { x, labels } = rays(90);
    const weights = async (seed: number) =>
      (await createGalu({ neurons: 10, ridge: 1, seed, runtime }).fit(x, labels)).network.weights.data;
    expect(await weights(1)).toEqual(await weights(1));
    expect(await weights(1)).not.toEqual(await weights(2));
  });
});

describe('bad input', () => {
  const x = matrixFromRows([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const y = Float32Array.of(1, 2, 3);
  const fit = (settings: object, inputs = x, targets: Float32Array | Int32Array = y) =>
    createGalu({ neurons: 2, runtime, ...settings }).fit(inputs, targets);

  test.each([
    [
      'NaN inputs',
      () =>
        fit(
          {},
          matrixFromRows([
            [1, Number.NaN],
            [3, 4],
            [5, 6],
          ]),
        ),
      /galu: X has 1 NaN value.*row 0, column 1/,
    ],
    [
      'infinite targets',
      () => fit({}, x, Float32Array.of(1, Number.POSITIVE_INFINITY, 3)),
      /galu: Y has 1 infinite value/,
    ],
    ['targets that do not match the rows', () => fit({}, x, Float32Array.of(1, 2)), /galu: Y has 2 rows, X has 3/],
    ['labels that do not match the rows', () => fit({}, x, Int32Array.of(0, 1)), /galu: labels has 2 entries/],
    ['negative labels', () => fit({}, x, Int32Array.of(0, 1, -1)), /galu: labels has -1 at row 2/],
    ['no neurons', () => fit({ neurons: 0 }), /galu: neurons \(k\) is 0/],
    ['inputs without columns', () => fit({}, createMatrix(3, 0)), /galu: dimension \(d\) is 0/],
    [
      'gates of another dimension',
      () => fit({ neurons: undefined, gates: createMatrix(2, 3) }),
      /gates are 2 × 3, X has 2 columns/,
    ],
    [
      'a problem too large for memory',
      () => fit({ neurons: 1000, availableBytes: 1e4 }),
      /would take .* GB beside the data.*use fewer/,
    ],
    [
      'targets that the logistic loss cannot take',
      () => fit({ loss: 'logistic' }),
      /targets −1 and 1, Y has 2 at row 1/,
    ],
  ])('%s: one clear line', async (_, attempt, message) => {
    await expect(attempt()).rejects.toThrow(message);
  });

  test('a negative ridge is refused at once', () => {
    expect(() => createGalu({ neurons: 1, ridge: -1 })).toThrow(/ridge is -1/);
  });

  test('inputs of another dimension than in training are refused', async () => {
    const model = await fit({ ridge: 1 });
    await expect(model.predict(matrixFromRows([[1]]))).rejects.toThrow(/X has 1 columns, the network was trained on 2/);
  });
});
