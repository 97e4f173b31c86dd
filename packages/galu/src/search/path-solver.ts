import type { Runtime, Scope } from '@unbraid/graph';
import { compileTiledSolver } from './tiled-cholesky.ts';
import type { Tiling } from './tiles.ts';
import { shiftedSolver } from './tridiagonal.ts';

/** Solves (M + λI) x = b for all ridges λ and several b. */
export type PathSolver = (
  m: Float64Array,
  right: readonly Float64Array[],
  ridges: readonly number[],
  signal?: AbortSignal,
) => Promise<Float64Array[][]>;

/**
 * Solutions by ridge, then by right-hand side. A matrix of one tile is reduced once for all ridges; a larger one is factored for each.
 * @throws the signal's reason when it is aborted
 */
export async function pathSolver(scope: Scope, tiling: Tiling, runtime: () => Promise<Runtime>): Promise<PathSolver> {
  if (tiling.count === 1) {
    const solve = shiftedSolver(tiling.n);
    return async (m, right, ridges) => solve(m, right, ridges);
  }
  const solver = await compileTiledSolver(scope, tiling, await runtime());
  return async (m, right, ridges, signal) => {
    const solutions: Float64Array[][] = [];
    for (const ridge of ridges) {
      signal?.throwIfAborted();
      solutions.push(await solver.solve(m, right, ridge));
    }
    return solutions;
  };
}
