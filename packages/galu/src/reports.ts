import type { Matrix } from '@unbraid/data';
import { convergenceOf } from './convergence.ts';
import type { FitReport, GaluNetwork, MemberReport } from './fitted.ts';
import { meanLoss } from './losses.ts';
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
  /** How much rows count. */
  readonly weights?: Float64Array | undefined;
  /** Outputs of the network on the training rows. */
  outputs(network: GaluNetwork): Promise<Matrix>;
  readonly seconds: number;
  readonly tolerance: number;
}

/** How training ended: of one network as its solver says; of several that of each, and what they come to together. */
export async function reportOf(
  trained: readonly Trained[],
  network: GaluNetwork,
  { y, weights: rowWeights, outputs, seconds, tolerance }: Reported,
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
    error: meanLoss(network.loss ?? 'squared', y, (await outputs(network)).data, rowWeights),
    history: first.history,
    seconds,
    warnings: [...new Set(warnings)],
    members,
  };
}
