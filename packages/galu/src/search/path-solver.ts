import type { Runtime, Scope } from '@unbraid/graph';
import { shiftedSolutions } from './krylov.ts';
import { compileTiledSolver } from './tiled-cholesky.ts';
import type { Tiling } from './tiles.ts';

/** Solves (M + λI) x = b for all ridges λ and several b. */
export type PathSolver = (
  m: Float64Array,
  right: readonly Float64Array[],
  signal?: AbortSignal,
) => Promise<Float64Array[][]>;

/**
 * Solutions by ridge, then by right-hand side. A matrix of one tile is reduced once for all ridges; a larger one is factored for each.
 * @throws the signal's reason when it is aborted
 */
export async function pathSolver(
  scope: Scope,
  tiling: Tiling,
  ridges: readonly number[],
  runtime: () => Promise<Runtime>,
): Promise<PathSolver> {
  if (tiling.count === 1) {
    return async (m, right) => {
      const bySide = right.map((b) => shiftedSolutions(m, tiling.n, b, ridges));
      return ridges.map((_, r) => bySide.map((solutions) => solutions[r]!));
    };
  }
  const solver = await compileTiledSolver(scope, tiling, await runtime());
  return async (m, right, signal) => {
    const solutions: Float64Array[][] = [];
    for (const ridge of ridges) {
      signal?.throwIfAborted();
      solutions.push(await solver.solve(m, right, ridge));
    }
    return solutions;
  };
}
