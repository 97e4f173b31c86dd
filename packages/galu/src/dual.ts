import { createMatrix, type Matrix } from '@unbraid/data';
import { f32, type Runtime, trace } from '@unbraid/graph';
import type { LeastSquares, Solution } from './cgls.ts';
import { galuKernel } from './kernel.ts';
import { fitKernelRidge } from './kernel-ridge.ts';
import { adjoint, openGates } from './network.ts';
import { predictOutputs } from './predict.ts';
import { runOnce } from './run-once.ts';

/**
 * The ridge solution by way of the kernel: (K + λI) β = y, W = Φᵀβ. Direct, m × m, for one output; with λ = 0 and k·d ≥ m it is the
 * exact fit of smallest ‖W‖.
 * @throws {RangeError} for several outputs
 * @throws {Error} when K + λI is not positive definite
 */
export async function solveDual({ x, y, gates, a, ridge }: LeastSquares, runtime: Runtime): Promise<Solution> {
  if (a.cols !== 1) throw new RangeError(`galu: the dual solver takes one output, Y has ${a.cols}; use method primal`);
  const kernel = await galuKernel(x, x, { gates, alpha: a.data }, runtime);
  const beta = fitKernelRidge(kernel, y, ridge);
  const back = (r: Matrix) => applyAdjoint(x, gates, a, r, runtime);
  const weights = await back(beta);
  const fit = await predictOutputs({ gates, weights: createMatrix(gates.rows, gates.cols, weights), a }, x, runtime);
  const rest = createMatrix(
    x.rows,
    1,
    y.data.map((value, i) => value - fit.data[i]!),
  );
  const [left, start] = [await back(rest), await back(y)];
  const { norm2 } = runtime.kernels;
  runtime.kernels.axpy(-ridge, weights, left);
  return {
    weights,
    iterations: 0,
    stopped: 'direct',
    error: norm2(rest.data) ** 2 / x.rows,
    gradient: norm2(left) / Math.max(norm2(start), Number.MIN_VALUE),
    history: [],
  };
}

async function applyAdjoint(x: Matrix, gates: Matrix, a: Matrix, r: Matrix, runtime: Runtime): Promise<Float32Array> {
  const specs = { x: f32(x.rows, x.cols), u: f32(gates.rows, gates.cols), a: f32(a.rows, 1), r: f32(r.rows, 1) };
  const graph = trace(specs, ({ x: X, u, a: A, r: R }) => ({ w: adjoint(X, openGates(X, u), R, A) }));
  const w = new Float32Array(gates.data.length);
  await runOnce(graph, runtime, { inputs: { x, u: gates, a, r }, outputs: { w: { data: w } } });
  return w;
}
