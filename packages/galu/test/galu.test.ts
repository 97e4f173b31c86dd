import { createMatrix, matrixFromRows } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { createGalu, predictOutputs } from '../src/index.ts';
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
    expect(model.report).toMatchObject({ converged: true, method: loss === 'squared' ? 'direct' : 'primal' });
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

describe('classes', () => {
  const { x, labels } = rays(90);
  const settings = { neurons: 30, ridge: 0.1, runtime };

  test('may be left out by labels that say how many there are', async () => {
    const some = labels.map((label) => (label === 1 ? 3 : label));
    const model = await createGalu({ ...settings, classes: 5 }).fit(x, some);
    expect((await model.predict(x)).cols).toBe(5);
    expect(await model.score(x, some)).toBeGreaterThan(0.9);
  });

  test('come from any array of integers', async () => {
    const expected = (await createGalu(settings).fit(x, labels)).network.weights;
    expect((await createGalu(settings).fit(x, Uint8Array.from(labels))).network.weights).toEqual(expected);
  });

  test('are not what a network of real targets says', async () => {
    const model = await createGalu(settings).fit(x, Float32Array.from(labels));
    await expect(model.classify(x)).rejects.toThrow('trained on real targets, which are no classes; use predict');
    await expect(model.score(x, labels)).rejects.toThrow('trained on real targets; score it with rows of such');
  });
});

describe('several labels a row', () => {
  const inputs = createMatrix(400, 4, random.normal(new Float32Array(1600)));
  const signs = createMatrix(
    400,
    4,
    inputs.data.map((value, at) => (value + 0.3 * (at % 4) > 0 ? 1 : -1)),
  );

  test('are scored by the share that is right, and classified one by one', async () => {
    const model = await createGalu({ neurons: 60, loss: 'logistic', ridge: 0.01, seed: 2, runtime }).fit(inputs, signs);
    expect(model.network.task).toEqual({ kind: 'multilabel', labels: 4 });
    const classes = await model.classify(inputs);
    expect(classes).toMatchObject({ rows: 400, cols: 4 });
    expect(classes.data.every((value) => value === 1 || value === -1)).toBe(true);
    const right = classes.data.filter((value, at) => value === signs.data[at]).length / 1600;
    expect(right).toBeGreaterThan(0.9);
    expect(await model.score(inputs, signs)).toBe(right);
    await expect(model.score(inputs, new Int32Array(400))).rejects.toThrow('trained on several labels a row');
    await expect(model.score(inputs, new Float32Array(400))).rejects.toThrow(/targets −1 and 1, Y has 0/);
  });

  test('may be one', async () => {
    const one = Float32Array.from({ length: 400 }, (_, i) => signs.data[4 * i]!);
    const model = await createGalu({ neurons: 20, loss: 'logistic', ridge: 0.01, runtime }).fit(inputs, one);
    expect(await model.score(inputs, one)).toBeGreaterThan(0.95);
  });
});

describe('training that has not converged', () => {
  const { x, labels } = rays(90);

  test('says so in its report, and to the listener', async () => {
    const heard: string[] = [];
    const settings = { neurons: 40, ridge: 1e-6, maxIterations: 2, runtime };
    const { report } = await createGalu(settings).fit(x, labels, { onWarning: (message) => heard.push(message) });
    expect(report).toMatchObject({ converged: false, stopped: 'maxIterations', warnings: heard });
    expect(heard).toEqual([
      expect.stringMatching(
        /^galu: training has not converged: it ended after 2 iterations \(maxIterations\) with a relative gradient of .* raise maxIterations/,
      ),
    ]);
  });

  test('and nothing is said of training that has', async () => {
    const { report } = await createGalu({ neurons: 40, ridge: 1, runtime }).fit(x, labels);
    expect(report).toMatchObject({ converged: true, warnings: [] });
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
    ['labels that do not match the rows', () => fit({}, x, Int32Array.of(0, 1)), /galu: Y has 2 labels, X has 3 rows/],
    ['negative labels', () => fit({}, x, Int32Array.of(0, 1, -1)), /galu: Y has -1 at row 2/],
    ['inputs without columns', () => fit({}, createMatrix(3, 0)), /galu: X has 0 cols; at least 1 is needed/],
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

  test.each<[object, string]>([
    [{ neurons: 0 }, "createGalu's neurons is 0; an integer of at least 1 is needed"],
    [{ ridge: -1 }, "createGalu's ridge is -1; a finite number of at least 0 is needed"],
    [{ ridge: Number.NaN }, "createGalu's ridge is NaN"],
    [{ loss: 'hinge' }, 'createGalu\'s loss is "hinge"; "squared", "logistic" or "softmax" is needed'],
    [{ method: 'newton' }, 'createGalu\'s method is "newton"; "auto", "primal", "dual" or "direct" is needed'],
    [{ maxIterations: Number.NaN }, "createGalu's maxIterations is NaN; an integer of at least 1 is needed"],
    [{ tolerance: Number.NaN }, "createGalu's tolerance is NaN; a finite number of at least 0 is needed"],
    [{ targetError: Number.POSITIVE_INFINITY }, "createGalu's targetError is Infinity"],
    [{ seed: 0.5 }, "createGalu's seed is 0.5; an integer is needed"],
    [{ availableBytes: Number.POSITIVE_INFINITY }, "createGalu's availableBytes is Infinity"],
    [
      { gates: 'uniform' },
      'createGalu\'s gates is "uniform"; "gaussian", { kind }, a matrix, or { weights, offsets } is needed',
    ],
    [{ precondition: 'gate' }, 'createGalu\'s precondition is "gate"; true, false, "factors", "gates" or "none"'],
    [{ classes: 1 }, "createGalu's classes is 1; an integer of at least 2 is needed"],
    [{ runtime: {} }, "createGalu's runtime is an object without entries; a runtime such as nodeRuntime() is needed"],
    [{ lambda: 1 }, 'createGalu has no setting "lambda"; the nearest are'],
    [{ maxIteration: 1 }, 'createGalu has no setting "maxIteration"; the nearest are maxIterations'],
  ])('settings that cannot be are refused at once, case %#', (settings, message) => {
    expect(() => createGalu({ neurons: 2, ...settings })).toThrow(`galu: ${message}`);
  });

  test.each<[unknown, string]>([
    [
      [1, 2, 3],
      'galu: Y is an array of 3 numbers, which may be classes or quantities; give classes as Int32Array.from(y) or as text, quantities as Float32Array.from(y)',
    ],
    [
      null,
      'galu: Y is null; give classes as whole numbers (Int32Array) or text, quantities as a Float32Array or as rows of numbers',
    ],
    [['a', 'b', 3], 'galu: Y has 3 at row 2 (counted from 0) and "a" at row 0; labels are of one kind'],
    [['a', 'a', 'a'], 'galu: all labels are "a"; two classes at least are needed'],
    [{ data: y, rows: 3, cols: 2 }, 'galu: Y has 3 entries, 3 rows of 2 take 6'],
    [
      Int32Array.of(0, 1, 1_000_000),
      'galu: the largest label, at row 2, is 1000000, and no row has the label 2; number the classes from 0 without gaps, or say how many there are: classes: 1000001',
    ],
    [Int32Array.of(0, 0, 0), 'galu: all labels are 0, and no row has the label 1'],
  ])('targets without a clear meaning are refused in one line, case %#', async (targets, message) => {
    await expect(fit({}, x, targets as Int32Array)).rejects.toThrow(message);
  });

  test.each<[unknown, string]>([
    [[1, 2], "galu: X is an array of 2 numbers, whose rows can't be told; give rows of numbers"],
    [[[1, 2], [3]], 'galu: X has 1 entries in row 1 (counted from 0), row 0 has 2; rows must have one length'],
    [{ ...x, rows: 2.5 }, 'galu: X has 2.5 rows'],
  ])('inputs that are no matrix are refused, case %#', async (inputs, message) => {
    await expect(fit({}, inputs as typeof x)).rejects.toThrow(message);
  });

  test('no rows at all are refused', async () => {
    await expect(fit({}, createMatrix(0, 2), new Int32Array(0))).rejects.toThrow('galu: X has 0 rows');
  });

  test('options of fit are checked too', async () => {
    const options = { onIterations: () => undefined };
    await expect(createGalu({ neurons: 2, runtime }).fit(x, y, options as object)).rejects.toThrow(
      'galu: fit has no setting "onIterations"; the nearest are onIteration',
    );
  });

  test('numbers that leave float32 are refused, not returned', async () => {
    const huge = createMatrix(3, 2, Float32Array.of(1e30, 2e30, -1e30, 1e30, 3e30, 1));
    for (const settings of [{}, { method: 'dual', ridge: 1 }]) {
      await expect(fit(settings, huge)).rejects.toThrow(/^galu: .*(float32|finite|infinite|NaN)/);
    }
    const model = await fit({ ridge: 1 });
    const wide = createMatrix(1, 2, Float32Array.of(3e38, 3e38));
    const weights = createMatrix(2, 2, new Float32Array(4).fill(1e3));
    const network = { ...model.network, weights, gates: createMatrix(2, 2, new Float32Array(4).fill(1)) };
    await expect(predictOutputs(network, wide, { runtime })).rejects.toThrow(/galu: N\(X\) has 1 .* row 0, column 0/);
  });

  test('inputs of another dimension than in training are refused', async () => {
    const model = await fit({ ridge: 1 });
    await expect(model.predict(matrixFromRows([[1]]))).rejects.toThrow(/X has 1 columns, the network was trained on 2/);
  });
});
