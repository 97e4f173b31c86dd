import { createMatrix } from '@unbraid/data';
import { infiniteGaluKernel } from '@unbraid/galu';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { initialize } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { fixture, matrix, relativeError } from '../test/fixture.ts';
import { infiniteKernel, kernelChange, ntkNetwork, tangentKernel } from './index.ts';

const runtime = nodeRuntime({ threads: 1 });
const x = createMatrix(5, 3, createRandom(1).normal(new Float32Array(15)));

describe('the infinite kernel', () => {
  test.each(fixture.infinite)('of $depth layers of $activation is that of quadrature', (expected) => {
    const { activation, depth } = expected;
    const { kernel } = infiniteKernel({ activation, depth }, matrix(expected.x));
    expect(relativeError(kernel.data, expected.kernel.data)).toBeLessThan(2e-6);
  });

  test.each(['relu', 'erf'] as const)('of %s is the limit of finite ones', async (activation) => {
    const limit = infiniteKernel({ activation, depth: 2 }, x);
    const distances = [];
    for (const width of [40, 1000]) {
      const model = ntkNetwork({ inputs: 3, width, depth: 2, activation });
      const finite = await tangentKernel({ model, params: initialize(model, 2) }, x, x, { runtime });
      distances.push(kernelChange(limit, finite).value);
    }
    expect(distances[1]!).toBeLessThan(0.1);
    expect(distances[1]!).toBeLessThan(distances[0]! / 2);
  });

  test('of a hidden layer of relu is the infinite GaLU kernel, divided by the dimension', () => {
    const { kernel } = infiniteKernel({ activation: 'relu', trained: 'hidden' }, x);
    const galu = infiniteGaluKernel(x, x).data.map((value) => value / 3);
    expect(relativeError(kernel.data, galu)).toBeLessThan(1e-6);
  });

  test('between two sets of inputs is a part of that of both', () => {
    const z = createMatrix(2, 3, x.data.slice(6, 12));
    const { kernel: whole } = infiniteKernel({ activation: 'erf' }, x);
    const { kernel: part } = infiniteKernel({ activation: 'erf' }, x, z);
    for (let i = 0; i < 5; i++) {
      expect([...part.data.subarray(2 * i, 2 * i + 2)]).toEqual([...whole.data.subarray(5 * i + 2, 5 * i + 4)]);
    }
  });

  test('is refused for an activation that it does not have', () => {
    expect(() => infiniteKernel({ activation: 'sine' as never }, x)).toThrow(
      /infiniteKernel's activation is "sine"; "relu", "erf", "gelu", .*is needed/,
    );
  });

  test('refuses inputs of norm 0', () => {
    expect(() => infiniteKernel({ activation: 'relu' }, createMatrix(1, 3))).toThrow('row 0 of x has norm 0');
  });
});
