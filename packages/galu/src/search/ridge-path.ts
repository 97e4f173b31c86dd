import { checkSettings, finite, integer } from '@unbraid/checks';
import { withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import * as z from 'zod';
import { availableMemory } from '../blocks.ts';
import { checkProblem, checkSolution, type Problem } from '../problem.ts';
import { runSettings, type StoppableOptions } from '../run-once.ts';
import { measured } from './measured.ts';
import { squaredPath } from './path.ts';

/** What `ridgePath` takes beside the problem. */
export interface RidgePathOptions extends StoppableOptions {
  /** λ > 0, in any order. */
  readonly ridges: readonly number[];
  /** Memory that it may take beside X and Y, in bytes; by default what the system has to give. */
  readonly availableBytes?: number;
}

/** The solution for one ridge. */
export interface RidgeSolution {
  readonly ridge: number;
  /** W, k × d */
  readonly weights: Float32Array;
  /** b, c; zeros where none was asked for */
  readonly intercept: Float32Array;
  /** Mean over rows of the summed squares, each times its weight. */
  readonly error: number;
  /** Norm of the gradient at the weights, as a share of its norm at W = 0. */
  readonly gradient: number;
}

const options = z.object({
  ...runSettings,
  ridges: z.array(finite({ above: 0 }), { error: 'a list of ridges' }).min(1, { error: 'at least one ridge' }),
  availableBytes: integer({ min: 1 }).optional(),
});

/**
 * min over W and b of ‖N(X) + b − Y‖² + λ‖W‖² for a list of ridges λ, in double precision: one reduction of the normal equations (k·d unknowns) or of the kernel (as many as
 * rows times outputs), whichever is smaller, which all ridges share where it has up to 1,024 unknowns, and a factorization for each ridge where it has more.
 * @throws {InputError} in one line, for problems and options that can't be, and for more than 6,144 unknowns or more memory than there may be
 * @throws the signal's reason when it is aborted
 */
export async function ridgePath(
  problem: Omit<Problem, 'ridge' | 'precondition'>,
  given: RidgePathOptions,
): Promise<RidgeSolution[]> {
  const { runtime, signal, ridges, availableBytes } = checkSettings('galu: ridgePath', options, given);
  checkProblem('galu: ridgePath', { ...problem, ridge: 1 });
  const { intercept = false, ...rest } = problem;
  const design = { ...rest, intercept };
  const plan = { folds: [new Int32Array(0)], ridges, runtime: async () => runtime ?? (await defaultRuntime()) };
  const solutions = await withScope(async (scope) => {
    const path = await squaredPath(scope, design, plan, availableBytes ?? availableMemory());
    return (await path.fold(0, signal)).solutions();
  });
  const all: RidgeSolution[] = [];
  for (const [r, ridge] of ridges.entries()) {
    const { weights, intercept: b, error, gradient } = checkSolution(await measured(design, solutions[r]!, ridge));
    all.push({ ridge, weights, intercept: b, error, gradient });
  }
  return all;
}
