import { createMatrix } from '@unbraid/data';
import { spreadOut } from '../draw.ts';
import { checkSolution, type Solution } from '../problem.ts';
import type { Trained } from '../reports.ts';
import type { Loss } from '../targets.ts';
import type { Design } from './design.ts';
import { measured } from './measured.ts';
import type { WholePath, WholeSolution } from './primal.ts';

/** Relative gradient at which the fit of all rows ends where it is found by iterations. */
export const WHOLE_TOLERANCE = 1e-3;

/** What of a path is fitted to all rows. */
export interface Whole {
  readonly path: WholePath;
  readonly design: Design;
  readonly loss: Loss;
  readonly ridge: number;
  readonly signal: AbortSignal | undefined;
}

/** The network of a path for one ridge and all rows. @throws {InputError} for numbers that aren't finite */
export async function trainedOf({ path, design, loss, ridge, signal }: Whole): Promise<Trained> {
  const start = performance.now();
  const found = await path(ridge, signal);
  const { gates, a } = spreadOut(design, design.y.cols);
  const solution = checkSolution(await solutionOf(design, found, ridge));
  return {
    member: {
      gates,
      weights: createMatrix(gates.rows, gates.cols, solution.weights),
      a,
      intercept: solution.intercept,
    },
    solution,
    method: loss === 'squared' ? 'direct' : 'primal',
    seconds: (performance.now() - start) / 1000,
  };
}

async function solutionOf(design: Design, found: WholeSolution, ridge: number): Promise<Solution> {
  if (!found.measured) return measured(design, found, ridge);
  const { weights, intercept, iterations } = found;
  return {
    weights: Float32Array.from(weights),
    intercept: Float32Array.from(intercept),
    ...found.measured,
    iterations,
    stopped: found.measured.gradient <= WHOLE_TOLERANCE ? 'tolerance' : 'stagnation',
    history: [],
  };
}
