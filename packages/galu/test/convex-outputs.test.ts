import { readFileSync } from 'node:fs';
import { createMatrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { predict } from '@unbraid/nn';
import { describe, expect, it, test } from 'vitest';
import { fitConvex, gatedPath, largestPenalty, reluNetwork } from '../src/index.ts';
import { matrix, relativeError, type Stored } from './fixture.ts';

interface Solved {
  readonly penalty: number;
  readonly gated: number;
  readonly gatedPrediction: readonly number[];
  readonly relu: number;
  readonly reluPrediction: readonly number[];
}

/** What CVXPY found: `python/fixtures/galu_convex_outputs.py`. */
const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/galu-convex-outputs.json', import.meta.url), 'utf8'),
) as Readonly<Record<'X' | 'Y' | 'U', Stored>> & Readonly<Record<'plain' | 'bias' | 'origin', readonly Solved[]>>;

const [x, y, wide] = [matrix(fixture.X), matrix(fixture.Y), matrix(fixture.U)];
const narrow = createMatrix(10, 3);
for (let j = 0; j < 10; j++) narrow.data.set(wide.data.subarray(4 * j, 4 * j + 3), 3 * j);

const cases = (['plain', 'bias', 'origin'] as const).flatMap((name) => {
  const settings = { gates: name === 'bias' ? wide : narrow, bias: name !== 'plain', tolerance: 1e-8 };
  return fixture[name].map((solved) => ({ name, settings, ...solved }));
});

describe.each(cases)('two outputs, $name, λ = $penalty', ({ settings, penalty, ...found }) => {
  it('reaches the optimum of gated neurons with weights for both that CVXPY finds', async () => {
    const network = await fitConvex(x, y, { ...settings, penalty, method: 'gated' });
    expect(network.report.converged).toBe(true);
    expect(Math.abs(network.report.objective - found.gated)).toBeLessThan(1e-7 * found.gated);
    expect(relativeError(network.predict(x).data, found.gatedPrediction)).toBeLessThan(1e-3);
  });

  it('reaches that of ReLU networks of each, and a decomposition is above it', async () => {
    const network = await fitConvex(x, y, { ...settings, penalty });
    expect(network.report.converged).toBe(true);
    expect(Math.abs(network.report.objective - found.relu)).toBeLessThan(1e-6 * found.relu);
    expect(relativeError(network.predict(x).data, found.reluPrediction)).toBeLessThan(2e-3);
    const { objective, gap } = (await fitConvex(x, y, { ...settings, penalty, method: 'decomposed' })).report;
    expect(objective).toBeGreaterThan(found.relu * (1 - 1e-9));
    expect(objective - gap).toBeLessThan(found.relu * (1 + 1e-9));
  });
});

test('a bias is a column of ones: in training, at the largest penalty, along a path and in what networks say', async () => {
  const ones = createMatrix(24, 4);
  for (let i = 0; i < 24; i++) ones.data.set([...x.data.subarray(3 * i, 3 * i + 3), 1], 4 * i);
  const most = largestPenalty(x, y, { gates: wide, bias: true });
  expect(most).toBe(largestPenalty(ones, y, { gates: wide }));
  const nothing = await fitConvex(x, y, { penalty: most * 1.001, gates: wide, bias: true, method: 'gated' });
  expect(nothing.predict(x).data).toEqual(new Float32Array(48));
  const penalties = [most / 20, most / 5];
  const [with1, without] = [
    await gatedPath(x, y, { penalties, gates: wide, bias: true }),
    await gatedPath(ones, y, { penalties, gates: wide }),
  ];
  with1.forEach((network, at) => {
    expect(network.report).toEqual(without[at]!.report);
    expect(network.predict(x).data).toEqual(without[at]!.predict(ones).data);
    expect([network.inputs, network.outputs, network.bias]).toEqual([3, 2, true]);
  });
  // Drawn gates have offsets: they differ from those of a network without biases.
  const drawn = await fitConvex(x, y, { penalty: 0.02, neurons: 20, bias: true });
  expect(drawn.kind === 'relu' && drawn.hidden.cols).toBe(4);
});

test('a ReLU network is a model of @unbraid/nn that says the same', async () => {
  const network = await fitConvex(x, y, { penalty: 0.02, gates: narrow });
  if (network.kind !== 'relu') throw new Error('not a ReLU network');
  expect([network.output.rows, network.output.cols]).toEqual([network.hidden.rows, 2]);
  const model = reluNetwork({ inputs: 3, a: network.output });
  const said = await predict(model, network.hidden.data, x, { runtime: nodeRuntime() });
  expect(relativeError(said.data, network.predict(x).data)).toBeLessThan(1e-5);
});

test('iterations of several programs are told on and on, and end together where they are told to', async () => {
  const told: number[] = [];
  const settings = { penalty: 0.002, gates: narrow, maxIterations: 20, tolerance: 1e-12 };
  const { report } = await fitConvex(x, y, settings, { onIteration: ({ iteration }) => void told.push(iteration) });
  expect(told).toEqual(Array.from({ length: report.iterations }, (_, i) => i + 1));
  expect(report.converged).toBe(false);
});

test.each([
  ['rows of targets of another number', y.data.slice(0, 46), {}, 'Y has 23 rows'],
  ['gates of too many columns', y, { gates: wide, bias: false }, 'gates have 4'],
  ['a bias that is no yes or no', y, { bias: 1 }, 'bias'],
])('refuses %s', async (_, targets, settings, why) => {
  const given = targets === y ? y : createMatrix(23, 2, targets as Float32Array);
  await expect(fitConvex(x, given, { penalty: 1, ...settings } as never)).rejects.toThrow(why);
});
