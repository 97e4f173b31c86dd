import {
  bernoulliMask,
  compile,
  evaluate,
  f32,
  grad,
  hvp,
  i32,
  mul,
  reduceSum,
  type Tensor,
  tanh,
  trace,
} from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attend, type Csr, csrFromEntries, gatedSum, sparseMatmul, structureOf } from '../src/index.ts';
import { drop, dropValues } from '../src/operators/drop.ts';
import { anyGraph } from './graphs.ts';
import { expectMeaning } from './meaning.ts';

const runtime = nodeRuntime({ threads: 1 });

const seed = fc.nat();

test('sparseMatmul, by the matrix and its transposed, with its own values and with given ones, agrees with its meaning', async () => {
  const matrix = fc
    .record({ rows: fc.integer({ min: 1, max: 5 }), cols: fc.integer({ min: 1, max: 5 }), count: fc.nat(9), seed })
    .map(({ rows, cols, count, seed }): Csr => {
      const random = createRandom(seed);
      const list = (n: number) => Array.from({ length: count }, () => random.int(n));
      return csrFromEntries(rows, cols, {
        rows: list(rows),
        columns: list(cols),
        values: random.normal(new Float32Array(count)),
      });
    });
  await fc.assert(
    fc.asyncProperty(matrix, fc.boolean(), fc.boolean(), seed, async (matrix, transpose, own, at) => {
      const shapes = { x: [transpose ? matrix.rows : matrix.cols, 3] };
      if (own || matrix.columns.length === 0) {
        await expectMeaning(shapes, ({ x }) => sparseMatmul(matrix, x!, { transpose }), at);
      } else {
        const all = { ...shapes, values: [matrix.columns.length] };
        await expectMeaning(all, ({ x, values }) => sparseMatmul(matrix, x!, { transpose, values: values! }), at);
      }
    }),
    { numRuns: 25 },
  );
});

test('gatedSum agrees with its meaning, gradients and second derivatives too', async () => {
  await fc.assert(
    fc.asyncProperty(anyGraph, fc.integer({ min: 1, max: 5 }), seed, async (adjacency, width, at) => {
      const shape = [adjacency.rows, width];
      const f = ({ x, p, q }: Record<string, Tensor>) => gatedSum(structureOf(adjacency), 1.5, x!, p!, q!);
      await expectMeaning({ x: shape, p: shape, q: shape }, f, at, 0.1);
    }),
    { numRuns: 25 },
  );
});

test('attend agrees with its meaning, gradients and second derivatives too', async () => {
  await fc.assert(
    fc.asyncProperty(anyGraph, fc.integer({ min: 1, max: 3 }), seed, async (adjacency, heads, at) => {
      const [h, scores] = [
        [adjacency.rows, heads * 2],
        [adjacency.rows, heads],
      ];
      const f = ({ h, l, r }: Record<string, Tensor>) => attend(structureOf(adjacency).normalized, h!, l!, r!);
      await expectMeaning({ h, l: scores, r: scores }, f, at);
    }),
    { numRuns: 25 },
  );
});

test('operators say which shapes they take', () => {
  const structure = structureOf(csrFromEntries(2, 2, { rows: [0, 1], columns: [1, 0] }));
  const build =
    (f: (x: Tensor) => Tensor, ...shape: number[]) =>
    () =>
      trace({ x: f32(...shape) }, ({ x }) => ({ y: f(x) }));
  expect(build((x) => sparseMatmul(structure.normalized, x), 3, 4)).toThrow(
    'a matrix of 2 × 2 takes float32[2, width], got float32[3, 4]',
  );
  expect(build((x) => gatedSum(structure, 1, x, x, x), 3, 4)).toThrow('gatedSum: x, a and b are float32[2, width]');
  expect(build((x) => attend(structure.normalized, x, x, x), 3, 4)).toThrow('attend: takes float32[2, heads · width]');
});

test('tables in the arena are freed with the last program that reads them', async () => {
  const used = runtime.arena.stats().usedBytes;
  const { normalized } = structureOf(csrFromEntries(3, 3, { rows: [0, 1], columns: [1, 0] }));
  const graph = trace({ x: f32(3, 2) }, ({ x }) => ({ y: sparseMatmul(normalized, x) }));
  const [one, two] = [await compile(graph, runtime), await compile(graph, runtime)];
  await one.release();
  two.inputs.x.float32.fill(1);
  await two.run();
  expect(two.outputs.y.float32[0]).toBeCloseTo(1);
  await two.release();
  expect(runtime.arena.stats().usedBytes).toBe(used);
});

test('dropout is a product by the mask, and so are its derivatives', async () => {
  const [shape, keep, stream] = [[5, 3], 0.4, 2] as const;
  const graph = trace({ x: f32(...shape), key: i32(2) }, ({ x, key }) => {
    const total = (x: Tensor) => reduceSum(tanh(drop(x, key, keep, stream)));
    const masked = (x: Tensor) => reduceSum(tanh(mul(x, mul(bernoulliMask(key, shape, keep, stream), 1 / keep))));
    return { grad: grad(total)(x), other: grad(masked)(x), hvp: hvp(total)(x, x), otherHvp: hvp(masked)(x, x) };
  });
  const run = await compile(graph, runtime);
  createRandom(3).normal(run.inputs.x.float32);
  run.inputs.key.int32.set([-5, 7]);
  await run.run();
  const { grad: found, other, hvp: foundHvp, otherHvp } = run.outputs;
  expect(found.float32.some((x) => x === 0) && found.float32.some((x) => x !== 0)).toBe(true);
  for (const [i, x] of found.float32.entries()) expect(x).toBeCloseTo(other.float32[i]!, 5);
  for (const [i, x] of foundHvp.float32.entries()) expect(x).toBeCloseTo(otherHvp.float32[i]!, 5);
  await run.release();
});

test('dropout of the values of a sparse matrix is that of a tensor of them', async () => {
  const matrix = csrFromEntries(2, 3, { rows: [0, 0, 1, 1], columns: [0, 2, 1, 2], values: [1, 2, 3, 4] });
  const graph = trace({ values: f32(4), key: i32(2) }, ({ values, key }) => ({
    own: dropValues(matrix, key, 0.5, 1),
    other: drop(values, key, 0.5, 1),
  }));
  const run = await compile(graph, runtime);
  run.inputs.values.float32.set(matrix.values);
  for (let step = 0; step < 8; step++) {
    run.inputs.key.int32.set([3, step]);
    await run.run();
    expect(run.outputs.own.float32).toEqual(run.outputs.other.float32);
  }
  const last = run.outputs.own.float32.slice();
  await run.release();
  const key = { shape: [2], dtype: 'int32' as const, data: Float64Array.of(3, 7) };
  const [meaning] = evaluate([graph.outputs.own], new Map([[graph.inputs.key, key]]));
  expect([...meaning!.data]).toEqual([...last]);
});
