import { createMatrix, gaussianSample, matrixFromRows } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstOutput, fixture, matrix, relativeError } from '../test/fixture.ts';
import { featureSquares, generalizationBound, rampLoss } from './bound.ts';
import { gaussianGates, outputWeights } from './gates.ts';
import { galuKernel } from './kernel.ts';

const runtime = nodeRuntime({ threads: 1 });

// Two inputs, two gates; the first input opens the first gate alone, the second both: ‖Φ‖² is 25 · 4 and 4 · (4 + 9).
const byHand = {
  x: matrixFromRows([
    [3, -4],
    [0, 2],
  ]),
  gates: matrixFromRows([
    [1, 0],
    [0, 1],
  ]),
  alpha: Float32Array.of(2, -3),
};

describe('the lengths of the features', () => {
  test('are those computed by hand', async () => {
    expect([...(await featureSquares(byHand.x, byHand, runtime))]).toEqual([100, 52]);
  });

  test('are the diagonal of the kernel', async () => {
    const x = matrix(fixture.network.X);
    const network = { gates: matrix(fixture.network.U), alpha: firstOutput(fixture.network.A) };
    const diagonal = fixture.kernel.matrix.data.filter((_, at) => at % (x.rows + 1) === 0);
    expect(relativeError(await featureSquares(x, network, runtime), diagonal)).toBeLessThan(1e-5);
  });
});

describe('the bound of generalization', () => {
  test('is the one computed by hand', async () => {
    const found = await generalizationBound({ ...byHand, distance: 2, trainLoss: 0.25, delta: 0.1 }, { runtime });
    // B = 2 = 2^(4/4), so i = 4 and the share of δ is 2 / (3 · 5 · 6) = 1/45.
    expect(found.radius).toBe(2);
    expect(found.complexity).toBeCloseTo(2 * Math.sqrt(152), 6);
    expect(found.confidence).toBeCloseTo(3 * Math.sqrt(Math.log(900) / 4), 12);
    expect(found.bound).toBeCloseTo(0.25 + found.complexity + found.confidence, 12);
  });

  test('rounds the distance up by less than a fifth, and never down', async () => {
    const distances = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    await fc.assert(
      fc.asyncProperty(distances, async (distance) => {
        const { radius } = await generalizationBound({ ...byHand, distance, trainLoss: 0 }, { runtime });
        expect(radius / distance).toBeGreaterThan(1 - 1e-12);
        expect(radius / distance).toBeLessThan(2 ** 0.25 + 1e-12);
      }),
      { numRuns: 20 },
    );
  });

  test('lies above the Rademacher complexity by Monte Carlo, and at most √2 above', async () => {
    const random = createRandom(4);
    const [samples, dimension, neurons, distance] = [60, 6, 20, 4];
    const { x } = gaussianSample({ samples, dimension, random });
    const gates = gaussianGates(neurons, dimension, random.split('gates'));
    const alpha = outputWeights(neurons, 1, random.split('a')).data;
    const { data: k } = await galuKernel(x, x, { gates, alpha }, { runtime });

    // The supremum over the ball of (B/m) Σ σ_i ⟨V, Φ(x_i)⟩ is (B/m) ‖Σ σ_i Φ(x_i)‖ = (B/m) √(σᵀ K σ).
    const draws = 2000;
    const signs = new Float32Array(samples);
    let mean = 0;
    for (let draw = 0; draw < draws; draw++) {
      random.sign(signs);
      const square = k.reduce(
        (sum, value, at) => sum + value * signs[Math.floor(at / samples)]! * signs[at % samples]!,
        0,
      );
      mean += ((distance / samples) * Math.sqrt(square)) / draws;
    }
    const { complexity } = await generalizationBound({ x, gates, alpha, distance, trainLoss: 0 }, { runtime });
    expect(mean).toBeLessThan(complexity / 2);
    // Khintchine's inequality in a Hilbert space, with its best constant (Latała and Oleszkiewicz 1994).
    expect(mean).toBeGreaterThan(complexity / 2 / Math.SQRT2);
  });

  test('halves its terms with four times the sample, whose inputs repeat', async () => {
    const four = createMatrix(
      8,
      2,
      Float32Array.from({ length: 16 }, (_, at) => byHand.x.data[at % 4]!),
    );
    const [one, more] = await Promise.all(
      [byHand.x, four].map((x) => generalizationBound({ ...byHand, x, distance: 3, trainLoss: 0 }, { runtime })),
    );
    expect(one!.complexity / more!.complexity).toBeCloseTo(2, 6);
    expect(one!.confidence / more!.confidence).toBeCloseTo(2, 12);
  });

  test.each([
    [{ distance: -1 }, 'galu: bound: distance is -1; a number of at least 0 is needed'],
    [{ trainLoss: 1.5 }, 'galu: bound: trainLoss is 1.5; a mean loss in [0, 1] is needed'],
    [{ delta: 0 }, 'galu: bound: delta is 0; a probability in (0, 1) is needed'],
    [{ alpha: new Float32Array(3) }, 'alpha has 3 entries, there are 2 gates; a network with one output is needed'],
    [{ x: createMatrix(2, 5) }, 'X has 5 columns, the gates have 2; they must agree'],
    [{ x: createMatrix(0, 2) }, 'X has no rows; the training sample is needed'],
    [{ x: createMatrix(1, 2, Float32Array.of(1, Number.NaN)) }, 'galu: X'],
  ])('refuses %o', async (wrong, message) => {
    const problem = { ...byHand, distance: 1, trainLoss: 0.5, ...wrong };
    await expect(generalizationBound(problem, { runtime })).rejects.toThrow(message);
  });
});

describe('the ramp loss', () => {
  test('is 0 from a margin of 1 on, 1 on the wrong side, and linear between', () => {
    expect(rampLoss([2, 0.75, 0, 5], [1, 1, -1, -1])).toBe((0 + 0.25 + 1 + 1) / 4);
  });

  test('needs one sign for each output', () => {
    expect(() => rampLoss([1, 2], [1])).toThrow('galu: 2 outputs, 1 signs');
  });
});
