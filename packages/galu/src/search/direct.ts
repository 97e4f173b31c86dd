import { type Runtime, withScope } from '@unbraid/graph';
import { availableMemory } from '../blocks.ts';
import { checkSolution, type Solution } from '../problem.ts';
import type { Design } from './design.ts';
import { measured } from './measured.ts';
import { squaredPath } from './path.ts';

/** Unknowns up to which normal equations are solved sooner than iterations have ended. */
const WORTH = 2048;

/** Whether a design's normal equations, or its kernel, are so small that solving them takes less than iterating. */
export const isWorthDirect = ({ x, a, gates }: Design): boolean =>
  Math.min(gates.data.length, x.rows * a.cols) <= WORTH;

/** What a direct solution takes. */
export interface DirectOptions {
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The least squares solution for a ridge λ > 0, in double precision, by the normal equations or the kernel. Error and gradient are those of the weights as they are returned,
 * in single precision.
 * @throws {InputError} for more unknowns or memory than there may be
 * @throws the signal's reason when it is aborted
 */
export async function solveDirect(
  design: Design,
  ridge: number,
  { runtime, signal }: DirectOptions,
): Promise<Solution> {
  const plan = { folds: [], ridges: [ridge], runtime: async () => runtime };
  return withScope(async (scope) => {
    const path = await squaredPath(scope, design, plan, availableMemory());
    return checkSolution(await measured(design, await path.whole(ridge, signal), ridge));
  });
}
