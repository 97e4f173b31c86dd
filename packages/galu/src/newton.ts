import type { Matrix } from '@unbraid/data';
import { blockIn, compile, type Runtime, type Scope, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { blockRows, type Sizes } from './blocks.ts';
import { openGatesGraph } from './cgls-graphs.ts';
import { formOf } from './form.ts';
import { productGraph, valueGraph } from './newton-graphs.ts';
import { conjugateSteps, iterateNewton, type Newton } from './newton-steps.ts';
import { preconditionerOf } from './preconditioner.ts';
import {
  checkProblem,
  checkSolution,
  checkSolveOptions,
  type Problem,
  rootsOf,
  type Solution,
  type SolveOptions,
  scaledRows,
} from './problem.ts';
import { checkSigns } from './targets.ts';

/**
 * min over W and b of Σ s log(1 + exp(−y_ic (N_ic + b_c))) + λ‖W‖², y = ±1, s how much a row counts. Without a ridge separable classes have no finite optimum,
 * only a gradient that tends to 0.
 */
export type LogisticProblem = Problem;

/**
 * Newton's method with conjugate gradients for the step (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.1): the
 * Hessian ΦᵀDΦ + 2λI is only ever applied. Iterations count Newton steps; `error` is the mean logistic loss; the gradient is
 * relative to the one at W = 0, where b is the log odds of each column. Neither is an estimate: both are evaluated at the weights.
 * @throws {InputError} in one line, for problems and options that can't be, and when the numbers leave the range of float32
 * @throws the signal's reason when it is aborted
 */
export async function solveLogistic(problem: LogisticProblem, options: SolveOptions = {}): Promise<Solution> {
  checkProblem('galu: solveLogistic', problem);
  checkSigns(problem.y);
  const { runtime: chosen, ...stop } = checkSolveOptions('galu: solveLogistic', options);
  const runtime = chosen ?? (await defaultRuntime());
  return withScope(async (scope) => {
    const solver = await compileNewton(scope, problem, runtime);
    return checkSolution(await iterateNewton(solver, problem.x.rows, stop));
  });
}

async function compileNewton(scope: Scope, problem: LogisticProblem, runtime: Runtime): Promise<Newton> {
  const { x, y, gates, a, ridge, weights, intercept = false, precondition = true } = problem;
  const { arena, kernels } = runtime;
  const sizes: Sizes = { samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs: a.cols };
  // D is at most 1/4, and that at the start: ΦᵀDΦ + 2λI is then a quarter of ΦᵀΦ + 8λI.
  const conditioner = await preconditionerOf(precondition, { ...weighed(problem), ridge: 8 * ridge }, runtime);
  const shape = { sizes, rows: blockRows(sizes), form: formOf(sizes), conditioner, ridge, intercept };
  const vector = (size = gates.data.length) => blockIn(scope, arena.alloc('float32', size));
  const [w, p, residual, direction] = [vector(), vector(), vector(), vector()] as const;
  const [b, turn] = [vector(a.cols), vector(a.cols)] as const;
  b.data.set(intercept ? logOdds(y, weights) : new Float32Array(a.cols));
  const open = scope.own(await compile(openGatesGraph(shape), runtime, { inputs: { x, u: gates } }));
  await open.run();
  const { g } = open.outputs;
  const shared = { x, a, g, again: g, t: conditioner.values };
  const value = scope.own(
    await compile(valueGraph(shape), runtime, {
      inputs: { ...shared, third: g, s: { data: sizesOfRows(problem) }, y, w, b },
    }),
  );
  const product = scope.own(
    await compile(productGraph(shape), runtime, {
      inputs: { ...shared, d: value.outputs.d, p },
    }),
  );
  const gradientNorm = (): number => {
    const { gradient, gradientOfIntercept } = value.outputs;
    return Math.hypot(kernels.norm2(gradient.float32), intercept ? Math.hypot(...gradientOfIntercept.float32) : 0);
  };
  /** Adds a multiple of b's part of a step. */
  const turnBy = (factor: number, part: Float32Array): void => {
    if (intercept) kernels.axpy(factor, part, turn.data);
  };
  return {
    async evaluate() {
      await value.run();
      const loss = value.outputs.loss.float32[0]!;
      return { loss, objective: loss + ridge * kernels.norm2(w.data) ** 2, gradient: gradientNorm() };
    },
    async direction(forcing, signal) {
      kernels.fill(direction.data, 0);
      kernels.fill(turn.data, 0);
      turnBy(-1, value.outputs.shift.float32);
      kernels.copy(value.outputs.conditioned.float32, residual.data);
      kernels.scale(residual.data, -1);
      await conjugateSteps(kernels, { residual, p }, forcing, {
        async product() {
          await product.run();
          return product.outputs.image.float32;
        },
        advance(length) {
          kernels.axpy(length, product.outputs.step.float32, direction.data);
          turnBy(-length, product.outputs.shift.float32);
        },
        signal,
      });
      const alongB = intercept ? kernels.dot(turn.data, value.outputs.gradientOfIntercept.float32) : 0;
      return kernels.dot(direction.data, value.outputs.gradient.float32) + alongB;
    },
    move(length) {
      kernels.axpy(length, direction.data, w.data);
      kernels.axpy(length, turn.data, b.data);
    },
    weights: () => w.data.slice(),
    intercept: () => b.data.slice(),
  };
}

/** A problem as its preconditioner sees it: with rows scaled by the roots of their weights. */
export const weighed = (problem: Problem): Problem =>
  problem.weights ? { ...problem, x: scaledRows(problem.x, rootsOf(problem.weights).roots) } : problem;

/** s of each row. */
export const sizesOfRows = ({ x, weights }: Problem): Float32Array =>
  weights ? Float32Array.from(weights) : new Float32Array(x.rows).fill(1);

/** b that minimizes the loss of each column where W is 0, kept finite for columns of one sign by half a row of each. */
export const logOdds = ({ data, rows, cols }: Matrix, weights?: Float64Array): Float32Array =>
  Float32Array.from({ length: cols }, (_, j) => {
    let [positive, total] = [0, 0];
    for (let i = 0; i < rows; i++) {
      const size = weights ? weights[i]! : 1;
      total += size;
      if (data[i * cols + j]! > 0) positive += size;
    }
    return Math.log((positive + 0.5) / (total - positive + 0.5));
  });
