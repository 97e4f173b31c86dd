import { compile, evaluate, f32, grad, mul, reduceSum, type Tensor, tanh, trace } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { type Csr, createRandom, csrFromEntries } from '@unbraid/kernels';
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import {
  edgeDots,
  edgeSum,
  neighborMax,
  scaleEntries,
  segmentMax,
  segmentMean,
  segmentSoftmax,
  segmentSum,
  toEntries,
} from '../src/index.ts';
import { expectMeaning } from './meaning.ts';

const runtime = nodeRuntime({ threads: 1 });

/** Rows without entries among them; some have several columns. Values are small, and so are their sums in one place: 1 − tanh² of more has lost float32's digits. */
const anyMatrix = fc
  .record({
    rows: fc.integer({ min: 1, max: 5 }),
    cols: fc.integer({ min: 1, max: 5 }),
    count: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat(),
  })
  .map(({ rows, cols, count, seed }): Csr => {
    const random = createRandom(seed);
    const list = (n: number) => Array.from({ length: count }, () => random.int(n));
    return csrFromEntries(rows, cols, {
      rows: list(rows),
      columns: list(cols),
      values: list(4).map((n) => (n + 1) / 4),
    });
  });

type Case = readonly [
  name: string,
  shapes: (m: Csr) => Record<string, readonly number[]>,
  f: (m: Csr, x: Record<string, Tensor>) => Tensor,
];

const entries = (m: Csr) => m.columns.length;

test.each<Case>([
  ['edgeDots', (m) => ({ q: [m.rows, 4], k: [m.cols, 4] }), (m, { q, k }) => edgeDots(m, q!, k!, 2)],
  ['edgeSum', (m) => ({ w: [entries(m), 2], v: [m.cols, 4] }), (m, { w, v }) => edgeSum(m, w!, v!)],
  [
    'edgeSum, transposed',
    (m) => ({ w: [entries(m), 2], v: [m.rows, 4] }),
    (m, { w, v }) => edgeSum(m, w!, v!, { transpose: true }),
  ],
  ['segmentSoftmax', (m) => ({ x: [entries(m), 2] }), (m, { x }) => segmentSoftmax(m, x!)],
  ['segmentSum by row', (m) => ({ x: [entries(m), 2] }), (m, { x }) => segmentSum(m, x!)],
  ['segmentSum by column', (m) => ({ x: [entries(m), 2] }), (m, { x }) => segmentSum(m, x!, 'column')],
  ['segmentMean by row', (m) => ({ x: [entries(m), 2] }), (m, { x }) => segmentMean(m, x!)],
  ['segmentMean by column', (m) => ({ x: [entries(m), 2] }), (m, { x }) => segmentMean(m, x!, 'column')],
  ['segmentMax', (m) => ({ x: [entries(m), 2] }), (m, { x }) => segmentMax(m, x!)],
  ['neighborMax', (m) => ({ x: [m.cols, 2] }), (m, { x }) => neighborMax(m, x!)],
  ['toEntries by row', (m) => ({ x: [m.rows, 2] }), (m, { x }) => toEntries(m, x!)],
  ['toEntries by column', (m) => ({ x: [m.cols, 2] }), (m, { x }) => toEntries(m, x!, 'column')],
  ['scaleEntries', (m) => ({ x: [entries(m), 2] }), (m, { x }) => scaleEntries(m, x!)],
])('%s agrees with its meaning, gradients and second derivatives too', async (_, shapes, f) => {
  await fc.assert(
    fc.asyncProperty(anyMatrix, fc.nat(), (matrix, seed) => expectMeaning(shapes(matrix), (x) => f(matrix, x), seed)),
    { numRuns: 6 },
  );
});

// 0 hears of 1 and 2, 1 of 2, 2 of nobody.
const matrix = csrFromEntries(3, 3, { rows: [0, 0, 1], columns: [1, 2, 2], values: [1, 3, 2] });

async function computed(f: (x: Tensor) => Tensor, shape: readonly number[], data: readonly number[]) {
  const run = await compile(
    trace({ x: f32(...shape) }, ({ x }) => ({ y: f(x), dx: grad((at: Tensor) => reduceSum(mul(f(at), f(at))))(x) })),
    runtime,
  );
  run.inputs.x.float32.set(data);
  await run.run();
  const result = { y: [...run.outputs.y.float32], dx: [...run.outputs.dx.float32] };
  await run.release();
  return result;
}

it('sums, means and the largest by hand', async () => {
  expect((await computed((x) => segmentSum(matrix, x), [3, 1], [1, 2, 4])).y).toEqual([3, 4, 0]);
  expect((await computed((x) => segmentSum(matrix, x, 'column'), [3, 1], [1, 2, 4])).y).toEqual([0, 1, 6]);
  expect((await computed((x) => segmentMean(matrix, x), [3, 1], [1, 2, 4])).y).toEqual([1.5, 4, 0]);
  expect((await computed((x) => segmentMax(matrix, x), [3, 1], [-1, -2, -4])).y).toEqual([-1, -4, 0]);
  expect((await computed((x) => neighborMax(matrix, x), [3, 1], [5, -2, -4])).y).toEqual([-2, -4, 0]);
  expect((await computed((x) => scaleEntries(matrix, x), [3, 1], [1, 2, 4])).y).toEqual([1, 6, 8]);
  const { y } = await computed((x) => segmentSoftmax(matrix, x), [3, 1], [1000, 1000 + Math.log(3), -1000]);
  expect(y[0]).toBeCloseTo(0.25, 4);
  expect(y[2]).toBe(1);
});

it('the gradient of a maximum goes to the largest, in equal parts where several are', async () => {
  expect((await computed((x) => neighborMax(matrix, x), [3, 1], [0, 3, 3])).dx).toEqual([0, 3, 3 + 6]);
  expect((await computed((x) => segmentMax(matrix, x), [3, 1], [1, 2, 4])).dx).toEqual([0, 4, 8]);
});

it('a NaN is not lost in a maximum', async () => {
  const { y } = await computed((x) => neighborMax(matrix, x), [3, 1], [0, Number.NaN, 3]);
  expect(y).toEqual([Number.NaN, 3, 0]);
});

it('a graph without edges has zeros for a maximum', async () => {
  const none = csrFromEntries(2, 2, { rows: [], columns: [] });
  expect((await computed((x) => tanh(neighborMax(none, x)), [2, 1], [1, 2])).y).toEqual([0, 0]);
});

it.each<[(x: Tensor) => Tensor, string]>([
  [(x) => edgeDots(matrix, x, x, 3), 'edgeDots: 3 heads'],
  [(x) => edgeDots(csrFromEntries(4, 4, { rows: [0], columns: [1] }), x, x), 'edgeDots: q is float32[4, width]'],
  [(x) => edgeSum(matrix, x, reduceSum(x, { axes: [0], keepDims: true })), 'edgeSum: v is float32[3, width]'],
  [(x) => segmentSum(csrFromEntries(3, 3, { rows: [0], columns: [1] }), x), 'what entries have is float32[1, width]'],
])('operators say which shapes they take, %#', (f, message) => {
  expect(() => trace({ x: f32(3, 4) }, ({ x }) => ({ y: f(x) }))).toThrow(message);
});

it('the largest of neighbours has a meaning in graphs of any number of nodes', () => {
  const nodes = 200_000;
  const matrix = csrFromEntries(nodes, nodes, { rows: [0, 1, 1], columns: [1, 0, 2] });
  const graph = trace({ x: f32(nodes, 1) }, ({ x }) => ({ y: neighborMax(matrix, x as Tensor) }));
  const data = Float64Array.from({ length: nodes }, (_, i) => i + 1);
  const x = { shape: [nodes, 1], dtype: 'float64', data } as const;
  const [y] = evaluate([graph.outputs.y as Tensor], new Map([[graph.inputs.x as Tensor, x]]));
  expect([...y!.data.slice(0, 2)]).toEqual([2, 3]);
});
