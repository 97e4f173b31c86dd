import { gaussianSample } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { relativeError } from '../test/fixture.ts';
import { gatesAreNumbers } from './blocks.ts';
import { solveLeastSquares } from './cgls.ts';
import { gaussianGates, outputWeights } from './gates.ts';
import { solveLogistic } from './newton.ts';

const DIMENSION = 3;
const NEURONS = 64;
/** As many as have their gates kept as float32. */
const MOST = 32_768;

const random = createRandom(4);
const { x, y } = gaussianSample({ samples: MOST + 1, dimension: DIMENSION, random });
const gates = gaussianGates(NEURONS, DIMENSION, random.split('gates'));
const a = outputWeights(NEURONS, 1, random.split('a'));

const problemOf = (rows: number) => ({
  x: { data: x.data.slice(0, rows * DIMENSION), rows, cols: DIMENSION },
  y: { data: y.slice(0, rows), rows, cols: 1 },
  gates,
  a,
  ridge: 1,
  intercept: true,
});
const stop = { tolerance: 0, targetError: 0, maxIterations: 4 };

describe.each([
  ['least squares', solveLeastSquares],
  ['logistic loss', solveLogistic],
])('%s, the most rows whose gates are float32 and one more', (_, solve) => {
  const weightsOf = async (rows: number, threads: number) =>
    (await solve(problemOf(rows), { runtime: nodeRuntime({ threads }), ...stop })).weights;

  test.each([MOST, MOST + 1])('%s rows: the same bits on 1, 2 and 3 threads', async (rows) => {
    expect(gatesAreNumbers({ samples: rows, dimension: DIMENSION, neurons: NEURONS, outputs: 1 })).toBe(rows === MOST);
    const one = await weightsOf(rows, 1);
    for (const threads of [2, 3]) expect(await weightsOf(rows, threads)).toEqual(one);
  });

  test('one row more hardly changes the weights', async () => {
    expect(relativeError(await weightsOf(MOST + 1, 2), await weightsOf(MOST, 2))).toBeLessThan(0.02);
  });
});
