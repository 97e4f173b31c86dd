import { InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { blockIn, compile, type Runtime, type Scope, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { blockRows, type Sizes } from './blocks.ts';
import { openGatesGraph } from './cgls-graphs.ts';
import { formOf } from './form.ts';
import { sizesOfRows, weighed } from './newton.ts';
import { conjugateSteps, type Evaluation, iterateNewton, type Newton } from './newton-steps.ts';
import { preconditionerOf } from './preconditioner.ts';
import {
  checkProblem,
  checkSolution,
  checkSolveOptions,
  type Problem,
  type Solution,
  type SolveOptions,
} from './problem.ts';
import { gradientGraph, hessianGraph, logitsGraph } from './softmax-graphs.ts';

/**
 * min over W and b of −Σ s log q_y + λ‖W‖², q the softmax of N + b, y the class of a row and s how much it counts. Y has a row of zeros and one 1 for each row of X. Without a
 * ridge separable classes have no finite optimum, only a gradient that tends to 0.
 */
export type SoftmaxProblem = Problem;

/**
 * Newton's method with conjugate gradients, as `solveLogistic`, for multinomial logistic regression on a GaLU network. `error` is the mean of −log q_y. A constant added to all of b
 * changes nothing, so its mean is 0.
 * @throws {InputError} in one line, for problems and options that can't be, and when the numbers leave the range of float32
 * @throws the signal's reason when it is aborted
 */
export async function solveSoftmax(problem: SoftmaxProblem, options: SolveOptions = {}): Promise<Solution> {
  checkProblem('galu: solveSoftmax', problem);
  checkOneOfEach(problem.y);
  const { runtime: chosen, ...stop } = checkSolveOptions('galu: solveSoftmax', options);
  const runtime = chosen ?? (await defaultRuntime());
  return withScope(async (scope) => {
    const solver = await compileSoftmax(scope, problem, runtime);
    return checkSolution(await iterateNewton(solver, problem.x.rows, stop));
  });
}

/** @throws {InputError} unless each row is zeros and one 1 */
function checkOneOfEach({ data, rows, cols }: Matrix): void {
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * cols, (i + 1) * cols);
    const ones = row.reduce((count, value) => (value === 1 ? count + 1 : value === 0 ? count : Number.NaN), 0);
    if (ones === 1 && cols > 1) continue;
    throw new InputError(
      'data',
      `galu: the softmax loss takes rows of zeros and one 1, one column a class; Y has ${[...row.subarray(0, 5)].join(', ')}${cols > 5 ? ', …' : ''} at row ${i}`,
    );
  }
}

async function compileSoftmax(scope: Scope, problem: SoftmaxProblem, runtime: Runtime): Promise<Newton> {
  const { x, y, gates, a, ridge, intercept = false, precondition = true } = problem;
  const { arena, kernels } = runtime;
  const c = a.cols;
  const sizes: Sizes = { samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs: c };
  // diag(q) − q qᵀ is at most 1/c where probabilities are equal: ΦᵀHΦ + 2λI is then 1/c of ΦᵀΦ + 2cλ.
  const conditioner = await preconditionerOf(precondition, { ...weighed(problem), ridge: 2 * c * ridge }, runtime);
  const shape = { sizes, rows: blockRows(sizes), form: formOf(sizes), conditioner, ridge, intercept };
  const inW = gates.data.length;
  const vector = (size = inW + c) => blockIn(scope, arena.alloc('float32', size));
  const [theta, z, residual, direction] = [vector(), vector(), vector(), vector()] as const;
  const [pull, q] = [vector(y.data.length), vector(y.data.length)] as const;
  const s = sizesOfRows(problem);
  const total = s.reduce((sum, size) => sum + size, 0);
  // Of b's own part of the Hessian, as the factors are of W's. Without an intercept b never moves.
  const scale = { data: Float32Array.of(intercept ? 1 / Math.sqrt(total) : 0) };
  if (intercept) theta.data.set(logShares(y, s), inW);
  const open = scope.own(await compile(openGatesGraph(shape), runtime, { inputs: { x, u: gates } }));
  await open.run();
  const { g } = open.outputs;
  const shared = { x, a, g };
  const logits = scope.own(await compile(logitsGraph(shape), runtime, { inputs: { ...shared, theta } }));
  const back = scope.own(
    await compile(gradientGraph(shape), runtime, {
      inputs: { ...shared, t: conditioner.values, scale, pull, theta },
    }),
  );
  const hessian = scope.own(
    await compile(hessianGraph(shape), runtime, {
      inputs: { ...shared, again: g, t: conditioner.values, scale, q, s: { data: s }, z },
    }),
  );
  const weights = () => theta.data.subarray(0, inW);
  return {
    async evaluate(): Promise<Evaluation> {
      await logits.run();
      const loss = probabilitiesAndPull(logits.outputs.n.float32, { y, s, q: q.data, pull: pull.data });
      await back.run();
      const gradient = back.outputs.gradient.float32;
      if (!intercept) gradient.fill(0, inW);
      const objective = loss + ridge * kernels.norm2(weights()) ** 2;
      return { loss, objective, gradient: kernels.norm2(gradient) };
    },
    async direction(forcing, signal) {
      kernels.fill(direction.data, 0);
      kernels.copy(back.outputs.conditioned.float32, residual.data);
      kernels.scale(residual.data, -1);
      await conjugateSteps(kernels, { residual, p: z }, forcing, {
        async product() {
          await hessian.run();
          return hessian.outputs.image.float32;
        },
        advance: (length) => kernels.axpy(length, hessian.outputs.step.float32, direction.data),
        signal,
      });
      return kernels.dot(direction.data, back.outputs.gradient.float32);
    },
    move: (length) => kernels.axpy(length, direction.data, theta.data),
    weights: () => weights().slice(),
    intercept() {
      const b = theta.data.slice(inW);
      const mean = b.reduce((sum, value) => sum + value, 0) / c;
      return b.map((value) => value - mean);
    },
  };
}

/** What a row is asked for, and where its probabilities and what pulls at its outputs go. */
interface Rows {
  readonly y: Matrix;
  readonly s: Float32Array;
  readonly q: Float32Array;
  readonly pull: Float32Array;
}

/**
 * q ← softmax(n), pull ← s (q − y); returns −Σ s log q_y. In double precision: as a sum in float32, the loss couldn't tell steps apart near its end, and its logarithms depend on
 * the number of threads.
 */
function probabilitiesAndPull(n: Float32Array, { y, s, q, pull }: Rows): number {
  const c = y.cols;
  let loss = 0;
  for (let first = 0, i = 0; first < n.length; first += c, i++) {
    let [most, sum, right] = [n[first]!, 0, 0];
    for (let at = first; at < first + c; at++) most = Math.max(most, n[at]!);
    for (let at = first; at < first + c; at++) {
      sum += Math.exp(n[at]! - most);
      if (y.data[at] === 1) right = n[at]!;
    }
    loss += s[i]! * (most + Math.log(sum) - right);
    for (let at = first; at < first + c; at++) {
      const share = Math.exp(n[at]! - most) / sum;
      q[at] = share;
      pull[at] = s[i]! * (share - y.data[at]!);
    }
  }
  return loss;
}

/** b that minimizes the loss where W is 0, kept finite for classes without rows by half a row of each. */
function logShares({ data, cols }: Matrix, s: Float32Array): Float32Array {
  const counts = new Float64Array(cols).fill(0.5);
  data.forEach((value, at) => {
    counts[at % cols]! += value * s[Math.floor(at / cols)]!;
  });
  const logs = counts.map(Math.log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / cols;
  return Float32Array.from(logs, (value) => value - mean);
}
