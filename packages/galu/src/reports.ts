import type { Matrix } from '@unbraid/data';
import { convergenceOf } from './convergence.ts';
import type { FitReport, GaluNetwork, MemberReport } from './fitted.ts';
import type { Member } from './members.ts';
import type { Solution } from './problem.ts';

/** A member and how it was trained. */
export interface Trained {
  readonly member: Member;
  readonly solution: Solution;
  readonly method: FitReport['method'];
  readonly seconds: number;
}

/** What a report is made of beside members. */
export interface Reported {
  /** Targets as they are computed with. */
  readonly y: Matrix;
  /** Outputs of the network on the training rows. */
  outputs(network: GaluNetwork): Promise<Matrix>;
  readonly seconds: number;
  readonly tolerance: number;
}

/** How training ended: of one network as its solver says; of several that of each, and what they come to together. */
export async function reportOf(
  trained: readonly Trained[],
  network: GaluNetwork,
  { y, outputs, seconds, tolerance }: Reported,
): Promise<FitReport> {
  const ended = trained.map(({ solution }) => convergenceOf(solution, tolerance));
  const members = trained.map(({ solution, method, seconds: spent }, at): MemberReport => {
    const { weights: _, intercept: __, ...numbers } = solution;
    return { ...numbers, converged: ended[at]!.converged, method, seconds: spent };
  });
  const [first] = members as [MemberReport];
  const warnings = ended.flatMap(({ warnings: lines }) => lines);
  if (members.length === 1) return { ...first, warnings, seconds };
  const worst = members.reduce((a, b) =>
    b.converged === a.converged ? (b.gradient > a.gradient ? b : a) : a.converged ? b : a,
  );
  return {
    ...worst,
    iterations: members.reduce((sum, { iterations }) => sum + iterations, 0),
    error: errorOf(await outputs(network), y, network.loss),
    history: first.history,
    seconds,
    warnings: [...new Set(warnings)],
    members,
  };
}

/** The training error of outputs as solvers count it: means over rows of summed squares, or of the logistic loss. */
function errorOf({ data }: Matrix, y: Matrix, loss: GaluNetwork['loss']): number {
  let sum = 0;
  for (let at = 0; at < data.length; at++) {
    const [n, target] = [data[at]!, y.data[at]!];
    sum +=
      loss === 'logistic' ? Math.log1p(Math.exp(-Math.abs(target * n))) - Math.min(0, target * n) : (n - target) ** 2;
  }
  return sum / y.rows;
}
