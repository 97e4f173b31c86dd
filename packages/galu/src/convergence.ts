import type { Solution } from './problem.ts';

/** Whether training came to its end, and what is to be said about it. */
export interface Convergence {
  /** Whether training ended where it was asked to: at the tolerance, at the target error, or directly. */
  readonly converged: boolean;
  /** What isn't as it should be, each in one line; empty where all is well. */
  readonly warnings: readonly string[];
}

/** A relative gradient below which float32 has no more to give is as good as a tolerance. */
const ROUNDED = 1e-5;

/** What to say of how a solver ended. */
export function convergenceOf({ stopped, iterations, gradient }: Solution, tolerance: number): Convergence {
  const at = `a relative gradient of ${gradient.toExponential(1)}, where ${tolerance.toExponential(0)} was asked for`;
  if (stopped === 'maxIterations') {
    return notYet(
      `galu: training has not converged: it ended after ${iterations} iterations (maxIterations) with ${at}; ` +
        'raise maxIterations or ridge, or scale the inputs to mean 0 and size 1',
    );
  }
  if (stopped === 'stagnation' && gradient > ROUNDED) {
    return notYet(
      `galu: training has not converged: float32 gave no more progress after ${iterations} iterations, with ${at}; ` +
        'add ridge, or scale the inputs to mean 0 and size 1',
    );
  }
  return { converged: true, warnings: [] };
}

const notYet = (warning: string): Convergence => ({ converged: false, warnings: [warning] });
