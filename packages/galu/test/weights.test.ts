import { readFileSync } from 'node:fs';
import { createMatrix, type Matrix } from '@unbraid/data';
import { withScope } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { describe, expect, test } from 'vitest';
import { spreadOut } from '../src/draw.ts';
import {
  createGalu,
  decodeGalu,
  encodeGalu,
  exactMatch,
  labelAccuracies,
  predictOutputs,
  probabilitiesOf,
  ridgePath,
  searchGalu,
  solveLeastSquares,
  solveLogistic,
  solveSoftmax,
} from '../src/index.ts';
import { dualPath } from '../src/search/dual.ts';
import { primalPath } from '../src/search/primal.ts';
import { matrix, relativeError, type Stored } from './fixture.ts';

interface Optimum {
  readonly lambda: number;
  readonly W: Stored;
  readonly intercept: readonly number[];
  readonly testPrediction: Stored;
}

/** What scikit-learn and NumPy computed in float64: `python/fixtures/galu_weights.py`. */
const fixture = JSON.parse(readFileSync(new URL('./fixtures/galu-weights.json', import.meta.url), 'utf8')) as Readonly<{
  network: Readonly<Record<'X' | 'U' | 'A' | 'Y' | 'XTest' | 'labels' | 'binary' | 'weights', Stored>>;
  ridges: readonly number[];
  ridge: readonly Optimum[];
  logistic: readonly (Optimum & { readonly balanced: boolean; readonly weighted: boolean })[];
  path: readonly {
    readonly fold: number;
    readonly W: readonly Stored[];
    readonly intercept: readonly (readonly number[])[];
    readonly heldOut: readonly Stored[];
  }[];
  softmax: readonly (Optimum & { readonly weighted: boolean; readonly probabilities: Stored })[];
  sharedSoftmax: readonly Optimum[];
}>;

const runtime = nodeRuntime({ threads: 1 });
const { network, ridges } = fixture;
const [x, gates, y, xTest, a] = (['X', 'U', 'Y', 'XTest', 'A'] as const).map((name) => matrix(network[name])) as [
  Matrix,
  Matrix,
  Matrix,
  Matrix,
  Matrix,
];
const column = (m: Matrix): Matrix =>
  createMatrix(
    m.rows,
    1,
    Float32Array.from({ length: m.rows }, (_, i) => m.data[i * m.cols]!),
  );
const first = column(a);
const weights = Float64Array.from(network.weights.data);
const labels = Int32Array.from(network.labels.data);
const binary = Int32Array.from(network.binary.data);
const signs = createMatrix(
  binary.length,
  1,
  Float32Array.from(binary, (label) => 2 * label - 1),
);
const exact = { tolerance: 1e-7, maxIterations: 2000, runtime };

async function expectOptimum(
  found: { readonly weights: Float32Array; readonly intercept: Float32Array },
  optimum: Optimum,
  drawn = { gates, a: first },
): Promise<void> {
  expect(relativeError(found.weights, optimum.W.data)).toBeLessThan(1e-4);
  const w = createMatrix(drawn.gates.rows, drawn.gates.cols, found.weights);
  const outputs = await predictOutputs({ ...drawn, weights: w, intercept: found.intercept }, xTest, { runtime });
  expect(relativeError(outputs.data, optimum.testPrediction.data)).toBeLessThan(3e-5);
}

describe('rows that count differently, as in scikit-learn', () => {
  test.each(fixture.ridge)('squared loss, ridge $lambda', async (optimum) => {
    const problem = { x, y: column(y), gates, a: first, intercept: true, weights };
    await expectOptimum(await solveLeastSquares({ ...problem, ridge: optimum.lambda }, exact), optimum);
    const [found] = await ridgePath(problem, { ridges: [optimum.lambda], runtime });
    await expectOptimum(found!, optimum);
    expect(found!.gradient).toBeLessThan(1e-6);
  });

  test.each(fixture.logistic)('logistic loss, balanced $balanced, weighted $weighted', async (optimum) => {
    const settings = { gates, loss: 'logistic', ridge: optimum.lambda, runtime } as const;
    const options = {
      ...(optimum.balanced && { classWeights: 'balanced' as const }),
      ...(optimum.weighted && { sampleWeights: weights }),
    };
    const model = await createGalu(settings).fit(x, binary, options);
    expect(model.report.converged).toBe(true);
    // A network of createGalu draws output weights of its own, so its weights of rows are put together here for the solver.
    const given = Float64Array.from(binary, (_, i) => (optimum.weighted ? weights[i]! : 1));
    const sumOf = (of: Float64Array) => of.reduce((sum, weight) => sum + weight, 0);
    const counts = [0, 1].map((label) => sumOf(given.filter((_, i) => binary[i] === label)));
    const sizes = given.map((weight, i) => weight * (optimum.balanced ? sumOf(given) / (2 * counts[binary[i]!]!) : 1));
    const problem = { x, y: signs, gates, a: first, intercept: true, ridge: optimum.lambda, weights: sizes };
    await expectOptimum(await solveLogistic(problem, exact), optimum);
  });

  test('classWeights and sampleWeights of fit are those of the solver', async () => {
    const settings = { neurons: 4, ridge: 0.5, seed: 2, runtime };
    const byName = await createGalu(settings).fit(x, [...binary].map(String), { classWeights: { 1: 3 } });
    const inOrder = await createGalu(settings).fit(x, binary, { classWeights: [1, 3] });
    const bySample = await createGalu(settings).fit(x, binary, { sampleWeights: [...binary].map((l) => 1 + 2 * l) });
    expect(byName.network.weights.data).toEqual(inOrder.network.weights.data);
    expect(bySample.network.weights.data).toEqual(inOrder.network.weights.data);
    const iterated = await createGalu({ ...settings, method: 'primal' }).fit(x, binary, { classWeights: [1, 3] });
    expect(relativeError(iterated.network.weights.data, inOrder.network.weights.data)).toBeLessThan(1e-4);
  });

  test('weights that cannot be are refused', async () => {
    const fit = (options: object) => createGalu({ neurons: 2, ridge: 1, runtime }).fit(x, labels, options);
    await expect(fit({ sampleWeights: [1] })).rejects.toThrow('galu: there are 1 sampleWeights, X has 72 rows');
    await expect(fit({ sampleWeights: weights.map(() => 0) })).rejects.toThrow('the weights of all rows sum to 0');
    await expect(fit({ sampleWeights: weights.map((_, i) => (i === 4 ? Number.NaN : 1)) })).rejects.toThrow(
      'galu: sampleWeights has NaN at row 4; a finite number of at least 0 is needed',
    );
    await expect(fit({ classWeights: [1, -1, 1] })).rejects.toThrow('galu: classWeights has -1 for class 1');
    await expect(fit({ classWeights: [1, 1] })).rejects.toThrow('galu: there are 2 classWeights and 3 classes');
    await expect(fit({ classWeights: Float64Array.of(1, 1) })).rejects.toThrow(
      'there are 2 classWeights and 3 classes',
    );
    await expect(fit({ classWeights: new Array(3) })).rejects.toThrow('galu: classWeights has undefined for class 0');
    await expect(fit({ classWeights: new Map([['0', 2]]) })).rejects.toThrow("galu: fit's classWeights is");
    await expect(fit({ classWeights: { 7: 1 } })).rejects.toThrow(
      'classWeights names "7", which is no class; there are 0, 1, 2',
    );
    await expect(fit({ classWeights: 'even' })).rejects.toThrow('galu: fit\'s classWeights is "even"; "balanced"');
    const dual = createGalu({ neurons: 2, ridge: 1, method: 'dual', runtime }).fit(x, binary, {
      sampleWeights: weights,
    });
    await expect(dual).rejects.toThrow('the dual solver takes no weights of rows');
  });
});

describe('paths of ridges, as in scikit-learn', () => {
  const folds = [0, 1, 2].map((f) => Int32Array.from({ length: 24 }, (_, i) => 3 * i + f));
  const design = { x, y, gates, a: first, intercept: true };
  const plan = { folds, ridges, runtime: async () => runtime };

  test.each([
    ['normal equations', primalPath],
    ['the kernel', dualPath],
  ])('by %s', async (_, pathBy) => {
    await withScope(async (scope) => {
      const path = await pathBy(scope, design, plan);
      for (const expected of fixture.path) {
        const { outputs, solutions } = await path.fold(expected.fold);
        ridges.forEach((_, r) => {
          expect(relativeError(outputs[r]!, expected.heldOut[r]!.data)).toBeLessThan(1e-6);
          expect(relativeError(solutions()[r]!.weights, expected.W[r]!.data)).toBeLessThan(1e-4);
          expect(relativeError(solutions()[r]!.intercept, expected.intercept[r]!)).toBeLessThan(1e-5);
        });
      }
    });
  });
});

describe('the softmax loss', () => {
  const oneHot = createMatrix(
    72,
    3,
    Float32Array.from({ length: 216 }, (_, at) => Number(labels[Math.floor(at / 3)] === at % 3)),
  );

  test.each(fixture.softmax)(
    'is multinomial logistic regression, ridge $lambda, weighted $weighted',
    async (optimum) => {
      const drawn = spreadOut({ gates, a: first }, 3);
      const problem = {
        x,
        y: oneHot,
        ...drawn,
        intercept: true,
        ridge: optimum.lambda,
        ...(optimum.weighted && { weights }),
      };
      const found = await solveSoftmax(problem, exact);
      await expectOptimum(found, optimum, drawn);
      const w = createMatrix(15, 4, found.weights);
      const outputs = await predictOutputs({ ...drawn, weights: w, intercept: found.intercept }, xTest, { runtime });
      const shares = probabilitiesOf(outputs, { task: { kind: 'classification', classes: 3 }, loss: 'softmax' });
      expect(relativeError(shares.data, optimum.probabilities.data)).toBeLessThan(1e-4);
    },
  );

  test.each(fixture.sharedSoftmax)('of outputs that share their weights, ridge $lambda', async (optimum) => {
    const found = await solveSoftmax({ x, y: oneHot, gates, a, intercept: true, ridge: optimum.lambda }, exact);
    await expectOptimum(found, optimum, { gates, a });
    expect(relativeError(found.intercept, optimum.intercept)).toBeLessThan(1e-4);
  });

  test('classes that can be separated end at the tolerance or say that they have not', async () => {
    const far = createMatrix(6, 1, Float32Array.of(-9, -8, 0.1, 0.2, 8, 9));
    const warned: string[] = [];
    const model = await createGalu({ neurons: 3, loss: 'softmax', offset: true, runtime }).fit(
      far,
      [0, 0, 1, 1, 2, 2],
      {
        onWarning: (line) => void warned.push(line),
      },
    );
    expect(await model.score(far, [0, 0, 1, 1, 2, 2])).toBe(1);
    expect(model.report.converged || warned.some((line) => line.includes('has not converged'))).toBe(true);
    expect(model.network.weights.data.every(Number.isFinite)).toBe(true);
  });

  test('takes labels and nothing else, and of two classes is the logistic loss', async () => {
    const settings = { neurons: 3, ridge: 1, seed: 4, runtime } as const;
    await expect(createGalu({ ...settings, loss: 'softmax' }).fit(x, y)).rejects.toThrow(
      'galu: the softmax loss takes class labels, and Y is a matrix of numbers',
    );
    const soft = await createGalu({ ...settings, loss: 'softmax' }).fit(x, binary);
    const logistic = await createGalu({ ...settings, loss: 'logistic' }).fit(x, binary);
    expect(soft.network).toEqual(logistic.network);
  });
});

describe('probabilities', () => {
  const settings = { neurons: 6, ridge: 0.1, seed: 5, scale: true, runtime } as const;

  test.each(['logistic', 'softmax'] as const)('of classes sum to 1 and agree with classify, %s loss', async (loss) => {
    for (const [given, count] of [
      [labels, 3],
      [binary, 2],
    ] as const) {
      const model = await createGalu({ ...settings, loss, members: 2 }).fit(x, given);
      const shares = await model.probabilities(x);
      expect(shares.cols).toBe(count);
      const classes = await model.classify(x);
      for (let i = 0; i < x.rows; i++) {
        const row = [...shares.data.subarray(i * count, (i + 1) * count)];
        expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
        expect(row.indexOf(Math.max(...row))).toBe((classes as Int32Array)[i]);
      }
      const again = decodeGalu(encodeGalu(model), { runtime });
      expect((await again.probabilities(x)).data).toEqual(shares.data);
    }
  });

  test('of several labels a row are one for each, and scores say what they mean', async () => {
    const several = createMatrix(
      72,
      2,
      Float32Array.from({ length: 144 }, (_, at) => {
        const i = Math.floor(at / 2);
        return at % 2 === 0 ? signs.data[i]! : x.data[4 * i + 1]! > 0 ? 1 : -1;
      }),
    );
    const model = await createGalu({ ...settings, loss: 'logistic' }).fit(x, several);
    const shares = await model.probabilities(x);
    const outputs = await model.predict(x);
    shares.data.forEach((share, at) => {
      expect(share).toBeCloseTo(1 / (1 + Math.exp(-outputs.data[at]!)), 5);
    });
    const [one, two] = labelAccuracies(outputs, several) as unknown as [number, number];
    expect(await model.score(x, several)).toBeCloseTo((one + two) / 2, 6);
    expect(exactMatch(outputs, several)).toBeLessThanOrEqual(Math.min(one, two));
    expect(exactMatch(several, several)).toBe(1);
  });

  test('are refused where a loss has none', async () => {
    const model = await createGalu(settings).fit(x, labels);
    await expect(model.probabilities(x)).rejects.toThrow(
      'galu: a network trained with the squared loss has no probabilities; train it with loss "logistic" or "softmax"',
    );
  });
});

test('weights of rows change what a search finds', async () => {
  const settings = { neurons: [5], ridges: [1], seed: 1, runtime };
  const plain = await searchGalu(x, column(y).data, settings);
  const weighted = await searchGalu(x, column(y).data, { ...settings, sampleWeights: weights });
  expect(relativeError(weighted.predictions.data, plain.predictions.data)).toBeGreaterThan(1e-3);
});
