import { deviation, mean } from '@unbraid/experiment';

/** A number that was measured with several seeds. */
export interface OverSeeds {
  readonly mean: number;
  /** The standard deviation over seeds; 0 for one. */
  readonly deviation: number;
  /** Half the width of the 95% interval of the mean, of Student's t distribution; undefined for one seed. */
  readonly halfWidth: number | undefined;
}

/** What a number is over seeds. */
export function overSeeds(values: readonly number[]): OverSeeds {
  const spread = deviation(values);
  const count = values.length;
  const halfWidth = count < 2 ? undefined : (quantile(count - 1) * spread) / Math.sqrt(count);
  return { mean: mean(values), deviation: spread, halfWidth };
}

/** `0.352 ± 0.021`, the deviation over seeds; without it for one seed. */
export function spreadText(values: readonly number[], decimals: number): string {
  const { mean: centre, deviation: spread, halfWidth } = overSeeds(values);
  return halfWidth === undefined
    ? centre.toFixed(decimals)
    : `${centre.toFixed(decimals)} ± ${spread.toFixed(decimals)}`;
}

/** `0.352 [0.331, 0.373]`: the mean with its interval; without it for one seed. */
export function intervalText(values: readonly number[], decimals: number): string {
  const { mean: centre, halfWidth } = overSeeds(values);
  if (halfWidth === undefined) return centre.toFixed(decimals);
  return `${centre.toFixed(decimals)} [${(centre - halfWidth).toFixed(decimals)}, ${(centre + halfWidth).toFixed(decimals)}]`;
}

/** The 97.5% quantiles of Student's t distribution with 1 to 10 degrees of freedom. */
const QUANTILES = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814];

/** The 97.5% quantile; beyond the table by Abramowitz and Stegun's expansion 26.7.5, which is right to 1.2e-4 there. */
function quantile(freedom: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return QUANTILES[freedom - 1] ?? z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}
