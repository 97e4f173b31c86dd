import { readFileSync } from 'node:fs';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { matrix, relativeError, type Stored } from '../../test/fixture.ts';
import { infiniteKernel, infiniteKernels } from '../index.ts';
import type { InfiniteLayer } from './infinite-kernels.ts';

interface Case {
  readonly image: { readonly channels: number; readonly height: number; readonly width: number } | null;
  readonly layers: readonly InfiniteLayer[];
  readonly x: Stored;
  readonly z: Stored;
  readonly nngp: Stored;
  readonly tangent: Stored;
  readonly diagonal: readonly number[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../test/fixtures/infinite-kernels.json', import.meta.url), 'utf8'),
) as { cases: readonly Case[] };

const named = cases.map((each) => ({
  ...each,
  name: each.layers
    .map((layer) =>
      'activation' in layer ? layer.activation : 'mechanism' in layer ? `${layer.mechanism} attention` : layer.layer,
    )
    .join(', '),
}));

describe.each(named)('$name', ({ image, layers, x, z, nngp, tangent, diagonal }) => {
  const network = { ...(image && { image }), layers };

  test('has the kernels of neural-tangents', () => {
    const found = infiniteKernels(network, matrix(x), matrix(z));
    expect(relativeError(found.nngp.kernel.data, nngp.data)).toBeLessThan(1e-6);
    expect(relativeError(found.tangent.kernel.data, tangent.data)).toBeLessThan(1e-6);
    expect(relativeError(found.nngp.diagonalX, diagonal)).toBeLessThan(1e-6);
  });

  test('is symmetric, with its diagonals', () => {
    const { nngp: own, tangent: theta } = infiniteKernels(network, matrix(x));
    for (const { kernel, diagonalX, diagonalZ } of [own, theta]) {
      const n = kernel.rows;
      for (let i = 0; i < n; i++) {
        expect(kernel.data[i * n + i]).toBe(Math.fround(diagonalX[i]!));
        for (let j = 0; j < i; j++) expect(kernel.data[i * n + j]).toBe(kernel.data[j * n + i]);
      }
      expect(diagonalZ).toEqual(diagonalX);
    }
  });
});

const points = { data: createRandom(1).normal(new Float32Array(12)), rows: 4, cols: 3 };
const dense = { layer: 'dense' } as const;

describe('series', () => {
  test.each(['tanh', 'swish', 'softplus', 'sigmoid'] as const)(
    'of %s are what random features converge to',
    (activation) => {
      const { kernel } = infiniteKernel({ activation, kernel: 'nngp' }, points);
      const phi = {
        tanh: Math.tanh,
        swish: (u: number) => u / (1 + Math.exp(-u)),
        softplus: (u: number) => Math.log1p(Math.exp(u)),
        sigmoid: (u: number) => 1 / (1 + Math.exp(-u)),
      }[activation];
      const features = 40_000;
      const w = createRandom(2).normal(new Float32Array(3 * features));
      const sums = new Float64Array(16);
      for (let k = 0; k < features; k++) {
        const values = Array.from({ length: 4 }, (_, i) =>
          phi([0, 1, 2].reduce((sum, t) => sum + w[3 * k + t]! * points.data[3 * i + t]!, 0) / Math.sqrt(3)),
        );
        values.forEach((a, i) => {
          values.forEach((b, j) => {
            sums[4 * i + j]! += (a * b) / features;
          });
        });
      }
      expect(relativeError(kernel.data, sums)).toBeLessThan(0.02);
    },
  );

  test('meet the slope of the product by finite differences, for closed forms and series alike', async () => {
    const { meansOf, infiniteActivations } = await import('./means.ts');
    for (const name of infiniteActivations) {
      const means = meansOf(name);
      const at = (xz: number) => means({ xx: 1.3, zz: 0.6, xz });
      for (const xz of [-0.5, 0, 0.4]) {
        const difference = (at(xz + 1e-4).product - at(xz - 1e-4).product) / 2e-4;
        expect(at(xz).slopes).toBeCloseTo(difference, 6);
      }
    }
  });

  test('that would leave out too much are refused', () => {
    expect(() => infiniteKernel({ activation: 'tanh', weightStd: 100 }, points)).toThrow(
      /the Gaussian means of tanh at variance .* need more than 240 terms/,
    );
  });
});

test('a network of bias alone depends on its weights at 0; one without is refused', () => {
  const zero = [[0, 0, 0]];
  expect(infiniteKernel({ activation: 'relu', biasStd: 1 }, zero).kernel.data[0]).toBeGreaterThan(0);
  expect(() => infiniteKernel({ activation: 'relu' }, zero)).toThrow('row 0 of x has norm 0');
});

test('an image whose border is black has a kernel', () => {
  const image = { channels: 1, height: 3, width: 3 };
  const layers = [
    { layer: 'conv', kernel: [1, 1] },
    { layer: 'activation', activation: 'relu' },
    { layer: 'globalAverage' },
    dense,
  ] as const;
  const { tangent } = infiniteKernels({ image, layers: [...layers] as InfiniteLayer[] }, [[0, 0, 0, 0, 1, 0, 0, 0, 0]]);
  // One position of nine, over pairs of positions: E relu² = 1/2, and as much again for the filter's own weights.
  expect(tangent.kernel.data[0]).toBeCloseTo((0.5 + 0.5) / 81, 8);
});

describe('layers that do not fit are refused', () => {
  const image = { channels: 1, height: 2, width: 2 };
  const rows = [[1, 2, 3, 4]];
  test.each<[string, readonly unknown[], string]>([
    ['positions left', [{ layer: 'conv', kernel: [1, 1] }], 'the network ends with 2 × 2 positions'],
    [
      'a filter too large',
      [{ layer: 'conv', kernel: [3, 3], padding: 'valid' }, { layer: 'flatten' }],
      'a filter of 3 × 3 is larger than 2 × 2',
    ],
    [
      'attention behind flatten',
      [{ layer: 'flatten' }, { layer: 'attention', scaling: 'linear' }],
      'layer 1 (counted from 0), attention',
    ],
    ['an unknown layer', [{ layer: 'pool' }], 'infiniteKernels'],
    [
      'softmax at the root',
      [{ layer: 'attention', scaling: 'root', mechanism: 'softmax' }, { layer: 'flatten' }],
      'closed form',
    ],
  ])('%s', (_, layers, message) => {
    expect(() => infiniteKernels({ image, layers: layers as InfiniteLayer[] }, rows)).toThrow(message);
  });

  test('columns of another number', () => {
    expect(() => infiniteKernels({ image, layers: [{ layer: 'flatten' }, dense] }, [[1, 2]])).toThrow(
      'the network reads 1 × 2 × 2',
    );
  });
});
