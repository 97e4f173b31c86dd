import { readFileSync } from 'node:fs';
import { createMatrix } from '@unbraid/data';
import { csrFromEntries, gatLayer, gcnLayer, structureOf } from '@unbraid/gfgn';
import { relu, reshape, slice, type Tensor, type TensorsOf, tanh } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { gaussNewtonNorm, hessianNorm, linearize, tangentKernel, withKernelProduct } from '@unbraid/linearity';
import { inference, initialize, type Model, predict } from '@unbraid/nn';
import { expect, test } from 'vitest';

interface Stored {
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
}

/** What PyTorch computed in float64: `python/fixtures/linearity_models.py`. */
const { gcn } = JSON.parse(
  readFileSync(new URL('../../../linearity/test/fixtures/models.json', import.meta.url), 'utf8'),
) as {
  gcn: { params: number[]; x: Stored; kernel: Stored; gaussNewton: [number, number] };
};

const edges = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 4],
  [0, 2],
].flatMap(([i, j]) => [
  [i!, j!],
  [j!, i!],
]);
const adjacency = csrFromEntries(5, 5, { rows: edges.map(([i]) => i!), columns: edges.map(([, j]) => j!) });
const context = { structure: structureOf(adjacency), mode: inference };
const runtime = nodeRuntime({ threads: 1 });
const x = createMatrix(5, 3, Float32Array.from(gcn.x.data));

const [first, last] = [gcnLayer(3, 4), gcnLayer(4, 2)];
const layers = { first: first.params, last: last.params };
const model: Model<typeof layers> = {
  params: layers,
  apply: (p: TensorsOf<typeof layers>, features: Tensor) =>
    last.apply(p.last, relu(first.apply(p.first, features, context)), context),
};

const relativeError = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const size = (values: number[]) => Math.hypot(...values);
  return size(Array.from(b, (value, i) => a[i]! - value)) / size(Array.from(b));
};

test('the kernel of a GCN is that of PyTorch, by the Jacobian of all nodes, and so are its products and its Gauss-Newton norm', async () => {
  const point = { model, params: Float32Array.from(gcn.params) };
  const { kernel, meeting } = await tangentKernel(point, x, x, { runtime });
  expect(meeting).toBe('sparseMatmul');
  expect(relativeError(kernel.data, gcn.kernel.data)).toBeLessThan(2e-6);
  const v = Float32Array.from({ length: 10 }, (_, i) => Math.cos(i));
  const product = await withKernelProduct(point, x, (times) => times(v), { runtime });
  const expected = Array.from({ length: 10 }, (_, i) =>
    v.reduce((sum, w, j) => sum + w * gcn.kernel.data[10 * i + j]!, 0),
  );
  expect(relativeError(product, expected)).toBeLessThan(2e-6);
  const { norm } = await gaussNewtonNorm({ ...point, x }, { runtime, tolerance: 1e-5 });
  expect(Math.abs(norm.value / gcn.gaussNewton[0] - 1)).toBeLessThan(1e-5);
});

test('a GAT has a kernel, a Hessian and a tangent model', async () => {
  const gat = gatLayer(3, 2, 2);
  const attention: Model<typeof gat.params> = {
    params: gat.params,
    apply: (p, features) => tanh(gat.apply(p, features, context)),
  };
  const point = { model: attention, params: initialize(attention, 3) };
  const { kernel, meeting } = await tangentKernel(point, x, x, { runtime });
  expect(meeting).toBeDefined();
  const v = Float32Array.from({ length: 20 }, (_, i) => Math.sin(i));
  const product = await withKernelProduct(point, x, (times) => times(v), { runtime });
  const expected = Array.from({ length: 20 }, (_, i) => v.reduce((sum, w, j) => sum + w * kernel.data[20 * i + j]!, 0));
  expect(relativeError(product, expected)).toBeLessThan(5e-6);
  const scalar = (y: Tensor) => reshape(slice(y, [0, 0], [1, 1]), []);
  const { norm, converged } = await hessianNorm({ ...point, x, scalar }, { runtime, kinks: 'pieces' });
  expect(converged).toBe(true);
  expect(norm.value).toBeGreaterThan(0);
  const tangent = linearize(attention, point.params);
  const own = await predict(attention, point.params, x, { runtime, batchSize: 5 });
  const found = await predict(tangent, initialize(tangent, 0), x, { runtime, batchSize: 5 });
  expect(relativeError(found.data, own.data)).toBeLessThan(1e-6);
});
