import type { Target } from './target.ts';

/** A target as numbers whose means are taken: one column, or for three classes or more one for each, 1 where it is the class. */
export interface TargetNumbers {
  /** What each is called: the target, or a class. */
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

/** The numbers of a target. Of two classes the second one's share says all. */
export function targetNumbers(target: Target): TargetNumbers {
  if (target.task === 'regression') return { names: [target.column], columns: [target.values] };
  const { labels, classes } = target;
  const counted = classes.length === 2 ? [1] : classes.map((_, c) => c);
  return {
    names: counted.map((c) => classes[c]!),
    columns: counted.map((c) => Float64Array.from(labels, (label) => (label === c ? 1 : 0))),
  };
}

/** Means of one column by level, and over all rows. */
export interface LevelMeans {
  readonly means: Float64Array;
  readonly overall: number;
}

/**
 * The mean of `values` for each level, drawn towards the mean of all rows: a level of n rows keeps n / (n + m) of its own. `auto` takes for m the
 * variance within levels divided by that between them, as one-way analysis of variance estimates both (the empirical Bayes estimate of
 * Micci-Barreca 2001, with one variance within for all levels, since that of a level with few rows is known least where it matters most).
 *
 * @param codes the level of each row, from 0
 * @param isUsed which rows count; all of them by default
 */
export function levelMeans(
  codes: Int32Array,
  levels: number,
  values: Float64Array,
  smoothing: 'auto' | number,
  isUsed: (row: number) => boolean = () => true,
): LevelMeans {
  const counts = new Float64Array(levels);
  const sums = new Float64Array(levels);
  let [rows, total] = [0, 0];
  for (let row = 0; row < codes.length; row++) {
    if (!isUsed(row)) continue;
    rows++;
    total += values[row]!;
    counts[codes[row]!]!++;
    sums[codes[row]!]! += values[row]!;
  }
  const overall = rows === 0 ? 0 : total / rows;
  const own = sums.map((sum, level) => (counts[level] === 0 ? overall : sum / counts[level]!));
  let within = 0;
  if (smoothing === 'auto')
    for (let row = 0; row < codes.length; row++) if (isUsed(row)) within += (values[row]! - own[codes[row]!]!) ** 2;
  const m = smoothing === 'auto' ? varianceRatio(counts, own, overall, within) : smoothing;
  const means = own.map((mean, level) => {
    const n = counts[level]!;
    return n === 0 || m === Infinity ? overall : overall + (n / (n + m)) * (mean - overall);
  });
  return { means, overall };
}

/** Variance within levels divided by that between them; infinite where levels don't differ more than rows do, or none has two rows. */
function varianceRatio(counts: Float64Array, means: Float64Array, overall: number, within: number): number {
  let [levels, rows, squaredCounts, between] = [0, 0, 0, 0];
  counts.forEach((n, level) => {
    if (n > 0) levels++;
    rows += n;
    squaredCounts += n * n;
    between += n * (means[level]! - overall) ** 2;
  });
  if (levels < 2 || rows === levels) return Infinity;
  const meanWithin = within / (rows - levels);
  const perLevel = (rows - squaredCounts / rows) / (levels - 1);
  const spread = (between / (levels - 1) - meanWithin) / perLevel;
  return spread > 0 ? meanWithin / spread : Infinity;
}

/** For each row the mean of its level in the other folds, so that no row's own target is in what stands for it. */
export function crossFittedMeans(
  codes: Int32Array,
  levels: number,
  values: Float64Array,
  smoothing: 'auto' | number,
  fold: Int32Array,
): Float64Array {
  const fitted = new Float64Array(codes.length);
  const folds = fold.reduce((most, each) => Math.max(most, each + 1), 0);
  for (let f = 0; f < folds; f++) {
    const { means } = levelMeans(codes, levels, values, smoothing, (row) => fold[row] !== f);
    for (let row = 0; row < codes.length; row++) if (fold[row] === f) fitted[row] = means[codes[row]!]!;
  }
  return fitted;
}
