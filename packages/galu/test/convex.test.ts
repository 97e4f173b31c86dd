import { readFileSync } from 'node:fs';
import { createMatrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { coneOf, lengthInCone, timesCone } from '../src/convex/cone.ts';
import { checkUnknowns } from '../src/convex/cone-newton.ts';
import { decompose } from '../src/convex/decompose.ts';
import { gatedFeatures } from '../src/convex/gated-features.ts';
import { signsByGraph, signsInLoops } from '../src/convex/signs.ts';
import { type ConvexNetwork, fitConvex, gatedPath, largestPenalty } from '../src/index.ts';
import { norm } from '../src/vectors.ts';
import { matrix, relativeError, type Stored } from './fixture.ts';

interface Case {
  readonly X: Stored;
  readonly y: Stored;
  readonly U: Stored;
  readonly solved: readonly {
    readonly penalty: number;
    readonly gated: number;
    readonly relu: number;
    readonly prediction: readonly number[];
  }[];
}

/** What CVXPY found: `python/fixtures/galu_convex.py`. */
const fixture = JSON.parse(readFileSync(new URL('./fixtures/galu-convex.json', import.meta.url), 'utf8')) as {
  readonly whole: Case;
  readonly sampled: Case;
  readonly decomposed: readonly { readonly gate: number; readonly w: readonly number[]; readonly length: number }[];
};

const cases = (['whole', 'sampled'] as const).flatMap((name) => {
  const { X, y, U, solved } = fixture[name];
  const data = { x: matrix(X), y: Float32Array.from(y.data), gates: matrix(U) };
  return solved.map((optimum) => ({ name, data, ...optimum }));
});

/** (1/2n) ‖y − N(X)‖² + λ/2 (‖V‖² + ‖a‖²), what training by gradients with weight decay makes small. */
function weightDecay(
  network: ConvexNetwork,
  x: Parameters<ConvexNetwork['predict']>[0],
  y: Float32Array,
  penalty: number,
) {
  if (network.kind !== 'relu') throw new Error('not a ReLU network');
  const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  const outputs = network.predict(x).data;
  const loss = y.reduce((sum, target, i) => sum + (target - outputs[i]!) ** 2, 0) / (2 * y.length);
  return loss + (penalty / 2) * (squares(network.hidden.data) + squares(network.output.data));
}

describe.each(cases)('$name, λ = $penalty', ({ data: { x, y, gates }, penalty, gated, relu, prediction }) => {
  const tight = { penalty, gates, tolerance: 1e-8 };

  it('reaches the optimum of gated neurons that CVXPY finds', async () => {
    const { report } = await fitConvex(x, y, { ...tight, method: 'gated' });
    expect(report.converged).toBe(true);
    expect(Math.abs(report.objective - gated)).toBeLessThan(1e-7 * gated);
  });

  it('reaches that of ReLU networks, which is what weight decay makes of the network', async () => {
    const network = await fitConvex(x, y, tight);
    expect(network.report.converged).toBe(true);
    expect(Math.abs(network.report.objective - relu)).toBeLessThan(1e-6 * relu);
    expect(Math.abs(weightDecay(network, x, y, penalty) - relu)).toBeLessThan(1e-5 * relu);
    expect(relativeError(network.predict(x).data, prediction)).toBeLessThan(2e-3);
  });

  it('writes gated neurons as ReLU neurons that say the same, no better than the best and no farther than it says', async () => {
    const [whole, parts] = await Promise.all([
      fitConvex(x, y, { ...tight, method: 'gated' }),
      fitConvex(x, y, { ...tight, method: 'decomposed' }),
    ]);
    expect(relativeError(parts.predict(x).data, [...whole.predict(x).data])).toBeLessThan(1e-4);
    const { objective, gap } = parts.report;
    expect(objective).toBeGreaterThan(relu * (1 - 1e-9));
    expect(objective - gap).toBeLessThan(relu * (1 + 1e-9));
    expect(Math.abs(weightDecay(parts, x, y, penalty) - objective)).toBeLessThan(1e-5 * objective);
  });
});

test('differences of weights in a cone are as short as CVXPY finds', () => {
  const { X, U } = fixture.sampled;
  const f = gatedFeatures(matrix(X), signsInLoops(matrix(X), matrix(U)));
  const gates = matrix(U);
  for (const { gate, w, length } of fixture.decomposed) {
    const cone = coneOf(f, f.kept.indexOf(gate));
    const { v, u } = decompose(
      cone,
      Float64Array.from(w),
      Float64Array.from(gates.data.subarray(gate * 3, gate * 3 + 3)),
    );
    expect(Math.abs(norm(v) + norm(u) - length)).toBeLessThan(1e-6 * length);
    for (const part of [v, u]) expect(Math.min(...timesCone(cone, part))).toBeGreaterThan(-1e-12);
  }
});

test('the length of a projection on a cone is that of the vector inside, and never less than any of its weights says', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = createRandom(seed);
      const x = createMatrix(12, 3, random.normal(new Float32Array(36)));
      const f = gatedFeatures(x, signsInLoops(x, createMatrix(9, 3, random.normal(new Float32Array(27)))));
      const cone = coneOf(f, 0);
      const c = Float64Array.from(random.normal(new Float32Array(3)));
      const length = lengthInCone(cone, c);
      expect(length).toBeLessThanOrEqual(norm(c) * (1 + 1e-12));
      if (timesCone(cone, c).every((slack) => slack >= 0)) expect(length).toBeCloseTo(norm(c), 12);
      for (let draw = 0; draw < 50; draw++) {
        const w = Float64Array.from(random.normal(new Float32Array(3)));
        if (timesCone(cone, w).some((slack) => slack < 0)) continue;
        expect(w.reduce((sum, value, t) => sum + value * c[t]!, 0)).toBeLessThanOrEqual(length * norm(w) + 1e-9);
      }
    }),
    { numRuns: 50 },
  );
});

const { x, y, gates } = cases[3]!.data;

test('a path is the optimum for each penalty, from the largest at which anything is worth its weight', async () => {
  const most = largestPenalty(x, y, { gates });
  const penalties = [0.002, most * 1.001, 0.02];
  const networks = await gatedPath(x, y, { penalties, gates, tolerance: 1e-8 });
  expect(networks[1]!.kind === 'gated' && networks[1]!.weights.rows).toBe(0);
  for (const at of [0, 2]) {
    const alone = await fitConvex(x, y, { penalty: penalties[at]!, gates, method: 'gated', tolerance: 1e-8 });
    expect(networks[at]!.report.objective).toBeCloseTo(alone.report.objective, 8);
  }
  const just = await fitConvex(x, y, { penalty: most * 0.999, gates, method: 'gated' });
  expect(just.kind === 'gated' && just.weights.rows).toBe(1);
});

test('the same seed draws the same network, and a signal ends it', async () => {
  const settings = { penalty: 0.01, neurons: 20, seed: 3 };
  const [one, other] = await Promise.all([fitConvex(x, y, settings), fitConvex(x, y, settings)]);
  expect(one.predict(x).data).toEqual(other.predict(x).data);
  const stop = new AbortController();
  const stopped = fitConvex(x, y, settings, {
    signal: stop.signal,
    onIteration: () => stop.abort(new Error('enough')),
  });
  await expect(stopped).rejects.toThrow('enough');
});

test.each([
  ['a penalty of 0', { penalty: 0 }, y, 'penalty'],
  ['a misspelt setting', { penalty: 1, neuron: 3 }, y, 'neuron'],
  ['targets of another length', { penalty: 1 }, new Float32Array(3), 'X has 24'],
  ['targets that are no numbers', { penalty: 1 }, Float32Array.from(y, (v, i) => (i === 2 ? Number.NaN : v)), 'NaN'],
  ['gates of other columns', { penalty: 1, gates: [[1, 2]] }, y, 'gates have 2'],
  ['gates on which a row lies', { penalty: 1, gates: [[-x.data[1]!, x.data[0]!, 0]] }, y, 'lies exactly on each'],
])('refuses %s', async (_, settings, targets, why) => {
  await expect(fitConvex(x, targets, settings as never)).rejects.toThrow(why);
});

test('where nothing is worth its weight there is no neuron, also for targets of zeros', async () => {
  for (const method of ['relu', 'gated', 'decomposed'] as const) {
    const heavy = await fitConvex(x, y, { penalty: 100, gates, method });
    const silent = await fitConvex(x, new Float32Array(24), { penalty: 0.01, gates, method });
    for (const network of [heavy, silent]) {
      expect(network.report.converged).toBe(true);
      expect([...network.predict(x).data]).toEqual(Array(24).fill(0));
    }
  }
});

test('rows of zeros and columns of zeros change nothing but the mean of the loss', async () => {
  const wide = createMatrix(25, 4);
  for (let i = 0; i < 24; i++) wide.data.set(x.data.subarray(3 * i, 3 * i + 3), 4 * i);
  const around = createMatrix(12, 4);
  for (let j = 0; j < 12; j++) around.data.set([...gates.data.subarray(3 * j, 3 * j + 3), 0.5], 4 * j);
  const other = await fitConvex(wide, Float32Array.of(...y, 0), {
    penalty: (0.02 * 24) / 25,
    gates: around,
    tolerance: 1e-8,
  });
  const one = await fitConvex(x, y, { penalty: 0.02, gates, tolerance: 1e-8 });
  expect(other.report.objective * 25).toBeCloseTo(one.report.objective * 24, 6);
});

const scaledBy = (by: number) =>
  createMatrix(
    24,
    3,
    x.data.map((value) => by * value),
  );

test.each([
  [1e6, 1],
  [1, 1e6],
  [1e-5, 1e-6],
])('units of X and y change nothing but units: %f, %f', async (ofX, ofY) => {
  for (const method of ['relu', 'gated', 'decomposed'] as const) {
    const one = await fitConvex(x, y, { penalty: 0.02, gates, method });
    const targets = y.map((value) => ofY * value);
    const other = await fitConvex(scaledBy(ofX), targets, { penalty: 0.02 * ofX * ofY, gates, method });
    expect(other.report.converged).toBe(one.report.converged);
    expect(other.report.objective / ofY ** 2 / one.report.objective).toBeCloseTo(1, 4);
    expect(
      relativeError(
        other.predict(scaledBy(ofX)).data.map((value) => value / ofY),
        one.predict(x).data,
      ),
    ).toBeLessThan(0.01);
  }
});

test('a penalty that is next to nothing is one, where there are fewer rows than columns', async () => {
  const rows = [
    [1, 1, 0.5],
    [2, -1, 3],
  ];
  const { report } = await fitConvex(rows, Float64Array.of(1, -2), { penalty: 1e-16, neurons: 5, method: 'gated' });
  expect(report.converged).toBe(true);
});

test('iterations are told from 1 on, each once, and end where they are told to', async () => {
  const told: number[] = [];
  const settings = { penalty: 0.002, gates, maxIterations: 12, tolerance: 1e-12 };
  const { report } = await fitConvex(x, y, settings, { onIteration: ({ iteration }) => void told.push(iteration) });
  expect(told).toEqual(Array.from({ length: report.iterations }, (_, i) => i + 1));
  expect(report.iterations).toBeLessThanOrEqual(13);
});

test('refuses results that leave float32', async () => {
  await expect(
    fitConvex([[1e-20], [2e-20]], Float64Array.of(1e20, 2e20), { penalty: 1e-30, method: 'gated' }),
  ).rejects.toThrow('float32');
  const network = await fitConvex([[1], [2]], Float64Array.of(1e20, 2e20), { penalty: 1, neurons: 5 });
  expect(() => network.predict([[1e30]])).toThrow('float32');
});

test('more rows than a matrix may have are solved for in the weights, and refused where those are too many as well', async () => {
  const many = createMatrix(6200, 2, createRandom(5).normal(new Float32Array(12_400)));
  const targets = Float64Array.from({ length: 6200 }, (_, i) => Math.abs(many.data[2 * i]!));
  const { report } = await fitConvex(many, targets, { penalty: 0.2, neurons: 3, tolerance: 1e-3 });
  expect(report.converged).toBe(true);
  expect(() => checkUnknowns(6200, 6144)).not.toThrow();
  expect(() => checkUnknowns(6200, 6145)).toThrow('6144 at most');
});

test('a graph tells the sides on which rows lie as loops do, also of rows that lie on a gate or next to it', async () => {
  const random = createRandom(8);
  const rows = createMatrix(300, 5, random.normal(new Float32Array(1500)));
  const around = createMatrix(40, 5, random.normal(new Float32Array(200)));
  for (let i = 0; i < 40; i++) {
    const [a, b] = [around.data[5 * i]!, around.data[5 * i + 1]!];
    rows.data.set(i % 2 ? [b, -a, 0, 0, 0] : [b, -a, 1e-7, 0, 0], 5 * i);
  }
  const signs = await signsByGraph(rows, around, nodeRuntime());
  expect(signs).toEqual(signsInLoops(rows, around));
  expect(signs.filter((sign) => sign === 0).length).toBeGreaterThan(10);
});

test('more gates than are worked on at once end at the certified optimum, on any number of threads with the same bits', async () => {
  const random = createRandom(12);
  const rows = createMatrix(150, 6, random.normal(new Float32Array(900)));
  const targets = Float32Array.from({ length: 150 }, (_, i) => Math.abs(rows.data[6 * i]!) - rows.data[6 * i + 1]!);
  const settings = { neurons: 300, method: 'gated', tolerance: 1e-8 } as const;
  const penalty = 0.05 * largestPenalty(rows, targets, { neurons: 300 });
  const [one, other] = await Promise.all(
    [1, 3].map((threads) => fitConvex(rows, targets, { ...settings, penalty }, { runtime: nodeRuntime({ threads }) })),
  );
  expect(one!.report.converged).toBe(true);
  expect(one!.report.patterns).toBeGreaterThan(250);
  expect(other!.report).toEqual(one!.report);
  expect(other!.predict(rows).data).toEqual(one!.predict(rows).data);
});
