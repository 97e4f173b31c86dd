import type { Random } from '@unbraid/kernels';
import type { Configuration, Space } from '../space.ts';
import { type ParzenEstimator, parzen } from './parzen.ts';

/** A configuration that was tried. */
export interface Scored {
  readonly settings: Configuration;
  /** Small is good; Infinity where it failed, was stopped or came to no number. */
  readonly loss: number;
}

/** Candidates of which the most promising is proposed. */
const CANDIDATES = 24;

/** The best tenth of what was tried, and no more than this. */
const MOST_GOOD = 25;

/** Those that count as good, and the others, each in the order in which they were tried. */
export function split(known: readonly Scored[]): readonly [good: Configuration[], rest: Configuration[]] {
  const count = Math.min(MOST_GOOD, Math.ceil(known.length / 10));
  const byLoss = known.map((_, i) => i).sort((a, b) => compare(known[a]!.loss, known[b]!.loss) || a - b);
  const isGood = new Set(byLoss.slice(0, count));
  const chosen = (good: boolean) => known.filter((_, i) => isGood.has(i) === good).map(({ settings }) => settings);
  return [chosen(true), chosen(false)];
}

const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);

/**
 * The tree-structured Parzen estimator's proposal (Bergstra et al. 2011, Section 4): of configurations drawn from the density l of good ones the one of the largest l / g, which
 * has the largest expected improvement; g is the density of the others.
 * @param known in the order in which they were tried
 * @param pending that are tried at the same time: they count among the others, so that proposals keep away from one another
 */
export function proposeByTpe(
  space: Space,
  known: readonly Scored[],
  random: Random,
  pending: readonly Configuration[] = [],
): Configuration {
  const [good, rest] = split(known);
  const [l, g] = [parzen(space, good), parzen(space, [...rest, ...pending])];
  const candidates = Array.from({ length: CANDIDATES }, () => l.sample(random));
  return mostPromising(candidates, l, g);
}

function mostPromising(candidates: readonly Configuration[], l: ParzenEstimator, g: ParzenEstimator): Configuration {
  const gains = candidates.map((candidate) => l.logDensity(candidate) - g.logDensity(candidate));
  return candidates[gains.indexOf(Math.max(...gains))]!;
}
