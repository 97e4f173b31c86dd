import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { f32, type Runtime, trace } from '@unbraid/graph';
import { galuKernel } from './kernel.ts';
import { solveKernel } from './kernel-ridge.ts';
import { adjoint, openGates } from './network.ts';
import { predictOutputs } from './predict.ts';
import { centreTargets, checkProblem, checkSolution, type Problem, type Solution } from './problem.ts';
import { runOnce } from './run-once.ts';
import { columnMean } from './scores.ts';

/**
 * The ridge solution by way of the kernel: (K + λI) β = y, W = Φᵀβ. Direct, m × m, for one output; with λ = 0 and k·d ≥ m it is the
 * exact fit of smallest ‖W‖. With an intercept y and both sides of K are centred, and what is left of the mean is b.
 * @throws {InputError} for several outputs, and when K + λI is not positive definite
 */
export async function solveDual(problem: Problem, runtime: Runtime, signal?: AbortSignal): Promise<Solution> {
  checkProblem('galu: the dual solver', problem);
  const { x, gates, a, ridge, intercept = false } = problem;
  if (a.cols !== 1)
    throw new InputError('setting', `galu: the dual solver takes one output, Y has ${a.cols}; use method primal`);
  const { y, means } = intercept ? centreTargets(problem.y) : { y: problem.y, means: new Float64Array(1) };
  const kernel = await galuKernel(x, x, { gates, alpha: a.data }, { runtime, signal });
  const entries = Float64Array.from(kernel.data);
  if (intercept) centreKernel(entries, x.rows);
  signal?.throwIfAborted();
  const beta = solveKernel(entries, x.rows, y, ridge);
  const back = (r: Matrix) => applyAdjoint(x, gates, a, r, runtime);
  const weights = await back(beta);
  const fit = await predictOutputs({ gates, weights: createMatrix(gates.rows, gates.cols, weights), a }, x, {
    runtime,
  });
  const level = intercept ? columnMean(fit, 0) : 0;
  const rest = createMatrix(
    x.rows,
    1,
    y.data.map((value, i) => value - (fit.data[i]! - level)),
  );
  const left = await back(rest);
  const { norm2 } = runtime.kernels;
  runtime.kernels.axpy(-ridge, weights, left);
  const start = norm2(await back(y));
  return checkSolution({
    weights,
    intercept: Float32Array.of(means[0]! - level),
    iterations: 0,
    stopped: 'direct',
    error: norm2(rest.data) ** 2 / x.rows,
    gradient: start > 0 ? norm2(left) / start : 0,
    history: [],
  });
}

/**
 * K ← H K H + (t/m²) 1 1ᵀ, H = I − 1 1ᵀ/m and t the trace of H K H. Centred targets have no part along 1, which H K H doesn't see
 * either; giving that direction the mean eigenvalue leaves the solution as it is and the matrix positive definite.
 */
function centreKernel(k: Float64Array, m: number): void {
  const means = new Float64Array(m);
  let mean = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) means[i]! += k[i * m + j]! / m;
    mean += means[i]! / m;
  }
  let trace = 0;
  for (let i = 0; i < m; i++) trace += k[i * m + i]! - 2 * means[i]! + mean;
  const lift = mean + trace / m ** 2;
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) k[i * m + j]! += lift - means[i]! - means[j]!;
}

async function applyAdjoint(x: Matrix, gates: Matrix, a: Matrix, r: Matrix, runtime: Runtime): Promise<Float32Array> {
  const specs = { x: f32(x.rows, x.cols), u: f32(gates.rows, gates.cols), a: f32(a.rows, 1), r: f32(r.rows, 1) };
  const graph = trace(specs, ({ x: X, u, a: A, r: R }) => ({ w: adjoint(X, openGates(X, u), R, A) }));
  const w = new Float32Array(gates.data.length);
  await runOnce(graph, runtime, { inputs: { x, u: gates, a, r }, outputs: { w: { data: w } } });
  return w;
}
