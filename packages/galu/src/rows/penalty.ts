import type { Scope } from '@unbraid/graph';
import { factorsOf } from '../factors.ts';
import { type Preconditioning, preconditionerBy } from '../preconditioner.ts';
import type { Moments, Streamed } from './passes.ts';
import { type AppliedPreconditioner, appliedPreconditioner } from './vectors.ts';

/** What is minimized beside the loss, and how iterations are preconditioned. */
export interface Penalty {
  readonly ridge: number;
  readonly intercept: boolean;
  readonly precondition: Preconditioning;
}

/** The preconditioner of `solveLeastSquares`, of sums over rows that are read. */
export async function rowsPreconditioner(
  scope: Scope,
  { reader, gates, a, runtime }: Streamed,
  { precondition, ridge, moments }: Penalty & { readonly moments: Moments },
): Promise<AppliedPreconditioner> {
  const [k, d] = [gates.rows, gates.cols];
  let squares = 0;
  for (let j = 0; j < d; j++) squares += moments.inner[j * d + j]!;
  const grams = { samples: reader.rows, a, ridge, squares, gates: () => moments.overlap, inputs: () => moments.inner };
  const conditioner = await preconditionerBy(precondition, a, () => factorsOf(grams, d));
  return appliedPreconditioner(scope, conditioner, { k, d, runtime });
}
