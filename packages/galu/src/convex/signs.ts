import type { Matrix } from '@unbraid/data';
import {
  abs,
  cast,
  compile,
  f32,
  f64,
  greaterEqual,
  lessEqual,
  matmul,
  mul,
  type Runtime,
  trace,
  withScope,
} from '@unbraid/graph';
import { inBlocks } from '../blocks.ts';
import { rowNorms, rowProduct } from '../row-product.ts';
import { evenBlocks } from './row-blocks.ts';

/** Multiplications that take no longer in loops than a graph takes to compile. */
const FEW = 5e6;

/**
 * On which side of each gate every row lies: the sign of x_i · u_j as `rowProduct` rounds it, n × k. A graph computes the products; those so near to 0 that the order of
 * a sum could decide are computed once more, so that what a network says of its training rows is what it was trained by.
 * @param x n × d
 * @param gates k × d
 */
export async function signsOf(x: Matrix, gates: Matrix, runtime: Runtime): Promise<Int8Array> {
  const [n, d, k] = [x.rows, x.cols, gates.rows];
  if (n * d * k <= FEW) return signsInLoops(x, gates);
  return signsByGraph(x, gates, runtime);
}

/** The same, however few. */
export async function signsByGraph(x: Matrix, gates: Matrix, runtime: Runtime): Promise<Int8Array> {
  const [n, d, k] = [x.rows, x.cols, gates.rows];
  const rows = evenBlocks(n, k);
  const specs = { x: inBlocks(rows, d), u: f32(k, d), reach: inBlocks(rows, 1, 'float64'), lengths: f64(1, k) };
  const graph = trace(specs, ({ x: blocks, u, reach, lengths }) => {
    const products = blocks.map((block) => matmul(cast(block, 'float64'), cast(u, 'float64'), { transposeB: true }));
    return {
      open: products.map((product) => greaterEqual(product, 0)),
      near: products.map((product, b) => lessEqual(abs(product), mul(reach[b]!, lengths))),
    };
  });
  const signs = new Int8Array(n * k);
  // Two sums of d products, in whatever order, differ by less than 2 d units of rounding of ‖x‖ ‖u‖.
  const reach = rowNorms(x).map((length) => 4 * d * Number.EPSILON * length);
  await withScope(async (scope) => {
    const inputs = { x, u: gates, reach: { data: reach }, lengths: { data: rowNorms(gates) } };
    const step = scope.own(await compile(graph, runtime, { inputs }));
    await step.run();
    const [open, near] = [step.outputs.open.data, step.outputs.near.data];
    for (let at = 0; at < signs.length; at++) {
      if (!near[at]) signs[at] = open[at] ? 1 : -1;
      else signs[at] = Math.sign(rowProduct(x, Math.floor(at / k), gates, at % k));
    }
  });
  return signs;
}

/** The same in plain loops. */
export function signsInLoops(x: Matrix, gates: Matrix): Int8Array {
  const [n, k] = [x.rows, gates.rows];
  const signs = new Int8Array(n * k);
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) signs[i * k + j] = Math.sign(rowProduct(x, i, gates, j));
  return signs;
}
