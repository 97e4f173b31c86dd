import { type Buffer, compile, f32, matmul, type Outputs, type Tensor, trace } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { relativeError } from '../test/fixture.ts';
import { blockRows, gatesAreNumbers, inBlocks, liesByNeurons, type Sizes } from './blocks.ts';
import { formOf, formWith } from './form.ts';
import { adjoint, openGates, output } from './network.ts';

/** More neurons than inputs and fewer, over one panel and over several, of one output and of three. */
const SIZES: readonly Sizes[] = [
  { samples: 1301, dimension: 150, neurons: 600, outputs: 3 },
  { samples: 1301, dimension: 150, neurons: 600, outputs: 1 },
  { samples: 90_000, dimension: 20, neurons: 30, outputs: 1 },
  { samples: 2501, dimension: 300, neurons: 140, outputs: 3 },
  { samples: 2501, dimension: 140, neurons: 160, outputs: 1 },
];

type Built = (x: readonly Tensor[], u: Tensor, w: Tensor, a: Tensor) => Outputs;

/** N, ΦᵀN and GᵀG of random numbers, from X cut into `rows`. */
async function values({ dimension, neurons, outputs }: Sizes, rows: readonly number[], threads: number, build: Built) {
  const specs = { x: inBlocks(rows, dimension), u: f32(neurons, dimension), w: f32(neurons, dimension) };
  const graph = trace({ ...specs, a: f32(neurons, outputs) }, ({ x, u, w, a }) => build(x, u, w, a));
  const run = await compile(graph, nodeRuntime({ threads }));
  for (const [i, { float32 }] of Object.values(run.inputs).entries()) createRandom(i).normal(float32);
  await run.run();
  const results = Object.values(run.outputs as Record<string, Buffer>).map(({ float32 }) => float32.slice());
  await run.release();
  return results;
}

const inForm = (sizes: Sizes, threads: number, form = formOf(sizes)) => {
  return values(sizes, blockRows(sizes), threads, (x, u, w, a) => {
    const g = x.map((block) => form.open(block, u));
    const n = x.map((block, i) => form.output(block, g[i]!, w, a));
    return { n, back: form.adjoint(x, g, n, a), overlap: form.overlap(g) };
  });
};

const plain = (sizes: Sizes) =>
  values(sizes, [sizes.samples], 1, ([x], u, w, a) => {
    const g = openGates(x!, u);
    const n = output(x!, g, w, a);
    return { n, back: adjoint(x!, g, n, a), overlap: matmul(g, g, { transposeA: true }) };
  });

test('the sizes cover both forms and both kinds of gates, with rows cut into blocks', () => {
  expect(new Set(SIZES.map(liesByNeurons)).size).toBe(2);
  expect(new Set(SIZES.map(gatesAreNumbers)).size).toBe(2);
  for (const sizes of SIZES) expect(blockRows(sizes).length).toBeGreaterThan(1);
});

describe.each(SIZES)('$samples × $dimension, k = $neurons, c = $outputs', (sizes) => {
  test('gives in blocks what the network gives', async () => {
    const [cut, whole] = [await inForm(sizes, 2), await plain(sizes)];
    cut.forEach((value, i) => {
      expect(relativeError(value, whole[i]!)).toBeLessThan(1e-5);
    });
  });

  test('has the same bits with gates as numbers and as bytes, on any number of threads', async () => {
    const one = await inForm(sizes, 1);
    for (const kept of ['float32', 'bool'] as const)
      for (const threads of [1, 2, 3]) expect(await inForm(sizes, threads, formWith(sizes, kept))).toEqual(one);
  }, 300_000);
});
