import type { Matrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import { convergenceOf } from './convergence.ts';
import type { FitReport, GaluNetwork, MemberReport } from './fitted.ts';
import { meanLoss } from './losses.ts';
import type { Member } from './members.ts';
import { predictOutputs } from './predict.ts';
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
  /** Training rows as gates see them, and targets as they are computed with. */
  readonly z: Matrix;
  readonly y: Matrix;
  /** How much rows count. */
  readonly weights?: Float64Array | undefined;
  readonly runtime: Runtime;
  readonly seconds: number;
  readonly tolerance: number;
}

/** How training ended: of one network as its solver says; of several that of each, and what they come to together. */
export async function reportOf(
  trained: readonly Trained[],
  network: GaluNetwork,
  { z, y, weights: rowWeights, runtime, seconds, tolerance }: Reported,
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
  const { scaling: _, offset: __, ...mapped } = network;
  return {
    ...worst,
    iterations: members.reduce((sum, { iterations }) => sum + iterations, 0),
    error: meanLoss(network.loss ?? 'squared', y, (await predictOutputs(mapped, z, { runtime })).data, rowWeights),
    history: first.history,
    seconds,
    warnings: [...new Set(warnings)],
    members,
  };
}
