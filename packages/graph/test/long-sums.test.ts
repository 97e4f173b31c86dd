import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import { compile, cumSum, f32, mul, norm, reduceMean, reduceSum, type Tensor, trace } from '../src/index.ts';

const runtimes = [1, 2, 3].map((threads) => nodeRuntime({ threads }));

async function run(shape: readonly number[], f: (x: Tensor) => Tensor, fill: (i: number) => number, threads = 1) {
  const graph = trace({ x: f32(...shape) }, ({ x }) => ({ y: f(x) }));
  const step = await compile(graph, runtimes[threads - 1]!);
  const x = step.inputs.x.float32;
  for (let i = 0; i < x.length; i++) x[i] = fill(i);
  await step.run();
  const y = step.outputs.y.float32.slice();
  await step.release();
  return y;
}

const third = Math.fround(1 / 3);

describe('long sums of float32', () => {
  // Lengths with small divisors, prime ones, and a prime above every block.
  test.each<[string, readonly number[], readonly number[] | undefined]>([
    ['of all entries', [1_000_000], undefined],
    ['of a prime number of entries', [1_000_003], undefined],
    ['of columns', [200_000, 4], [0]],
    ['of columns of prime length', [200_003, 3], [0]],
    ['of rows', [4, 200_000], [1]],
    ['of a middle axis', [2, 50_021, 3], [1]],
    ['around the channels', [40, 4, 40, 41], [0, 2, 3]],
    ['of the first and a middle axis', [300, 3, 300, 2], [0, 2]],
  ])('%s have all their digits', async (_, shape, axes) => {
    const count = shape.filter((__, axis) => !axes || axes.includes(axis)).reduce((a, b) => a * b, 1);
    const over = axes ? { axes } : {};
    for (const y of await run(
      shape,
      (x) => reduceSum(x, over),
      () => third,
    ))
      expect(y / count / third).toBeCloseTo(1, 5);
    for (const y of await run(
      shape,
      (x) => reduceMean(x, { ...over, keepDims: true }),
      () => third,
    )) {
      expect(y / third).toBeCloseTo(1, 5);
    }
    const odd = await run(
      shape,
      (x) => reduceSum(x, over),
      (i) => (i % 7) - 3 + 1e-3,
    );
    const exact =
      shape.length === 1
        ? Array.from({ length: count }, (__, i) => (i % 7) - 3 + 1e-3).reduce((a, b) => a + b)
        : undefined;
    if (exact !== undefined) expect(odd[0]! / exact).toBeCloseTo(1, 4);
  });

  test('go beyond 2²⁴', async () => {
    expect([...(await run([17_000_000], reduceSum, () => 1))]).toEqual([17_000_000]);
  });

  test('of squares, norms and running sums have all their digits', async () => {
    const n = 1_000_003;
    expect(
      (
        await run(
          [n],
          (x) => reduceSum(mul(x, x)),
          () => third,
        )
      )[0]! /
        (n * third * third),
    ).toBeCloseTo(1, 5);
    expect((await run([n], norm, () => third))[0]! / (Math.sqrt(n) * third)).toBeCloseTo(1, 5);
    for (const reverse of [false, true]) {
      const sums = await run(
        [n],
        (x) => cumSum(x, { reverse }),
        () => third,
      );
      expect(sums[reverse ? 0 : n - 1]! / (n * third)).toBeCloseTo(1, 5);
      expect(sums[reverse ? n - 1 : 0]).toBe(third);
    }
  });

  test('are the same bits on 1, 2 and 3 threads', async () => {
    const fill = (i: number) => Math.sin(i);
    for (const [shape, axes] of [
      [[300_000], [0]],
      [[3000, 70], [0]],
      [[70, 3000], [1]],
      [
        [50, 16, 30, 30],
        [0, 2, 3],
      ],
    ] as const) {
      const [one, ...others] = await Promise.all(
        [1, 2, 3].map((n) => run(shape, (x) => reduceSum(x, { axes }), fill, n)),
      );
      for (const other of others) expect(other).toEqual(one);
    }
  });
});
