import { showValue } from '@unbraid/checks';
import type { NumberColumn, TextColumn } from '../table.ts';
import type { Learned, LearnSettings } from './learned.ts';
import { type Categories, categoriesOf, isFreeText, isIdentity } from './levels.ts';
import { standardizationOf } from './numbers.ts';
import { FARTHEST, type MeansPlan, type OneHotPlan, type Standardization } from './plan.ts';
import { refuseText } from './refuse-text.ts';
import { crossFittedMeans, levelMeans, targetNumbers } from './target-means.ts';

/** Means for more classes would be more features than the categories they stand for. */
const MOST_CLASSES = 30;

/** What is learned of categories: one feature each up to `maxLevels`, above it means of the target, or without one the most frequent. */
export function learnCategory(column: TextColumn | NumberColumn, settings: LearnSettings): Learned {
  const categories = categoriesOf(column);
  const { levels, missing, codes } = categories;
  const { name, kind } = column;
  const leftOut = (reason: string): Learned => ({ plan: { use: 'leave-out', name, kind, reason } });
  if (levels.length === 0) return leftOut('it is missing in all rows');
  if (levels.length === 1 && missing === 0) return leftOut(`it is ${showValue(levels[0])} in every row`);
  if (kind === 'text' && isFreeText(categories)) refuseText(column, categories);
  if (isIdentity(categories) && levels.length > settings.maxLevels)
    return leftOut(
      `it has ${levels.length} different values in ${codes.length} rows, so none that comes again says anything`,
    );
  const common = { use: 'category' as const, name, kind };
  if (levels.length <= settings.maxLevels) return oneHot(common, categories, settings);
  const { target } = settings;
  if (target && (target.task === 'regression' || target.classes.length <= MOST_CLASSES))
    return targetMeans(common, categories, settings);
  const learned = oneHot(common, categories, settings);
  return {
    ...learned,
    notice: `column ${showValue(name)} has ${levels.length} categories, of which the ${settings.maxLevels} most frequent have a feature each and the others share one`,
  };
}

type Common = Pick<OneHotPlan, 'use' | 'name' | 'kind'>;

function oneHot(
  common: Common,
  { levels, counts, missing }: Categories,
  { maxLevels, minRows }: LearnSettings,
): Learned {
  const order = [...levels.keys()].sort((a, b) => counts[b]! - counts[a]! || a - b);
  const frequent = new Set(order.filter((at, rank) => rank < maxLevels && counts[at]! >= minRows));
  const pick = (has: boolean) => levels.filter((_, at) => frequent.has(at) === has) as string[] | number[];
  const [own, rare] = [pick(true), pick(false)];
  const features = own.length + (rare.length > 0 ? 1 : 0) + (missing > 0 ? 1 : 0);
  if (features === 1) {
    const reason = `each of its ${rare.length} categories has fewer than ${minRows} rows`;
    return { plan: { ...common, use: 'leave-out', reason } };
  }
  return { plan: { ...common, encoding: 'one-hot', levels: own, rare, missing: missing > 0 } };
}

function targetMeans(common: Common, categories: Categories, { target, smoothing, folds }: LearnSettings): Learned {
  const { levels, codes, missing } = categories;
  // Missing entries are a level like others, the last.
  const count = levels.length + (missing > 0 ? 1 : 0);
  const all = codes.map((code) => (code < 0 ? levels.length : code));
  const { names, columns } = targetNumbers(target!);
  const fold = folds();
  const means: number[][] = [];
  const overall: number[] = [];
  const ofMissing: number[] = [];
  const standardization: Standardization[] = [];
  const fitted = columns.map((values) => {
    const learned = levelMeans(all, count, values, smoothing);
    means.push(Array.from(learned.means.subarray(0, levels.length), (mean) => mean + 0));
    overall.push(learned.overall + 0);
    ofMissing.push((learned.means[levels.length] ?? learned.overall) + 0);
    const rows = crossFittedMeans(all, count, values, smoothing, fold);
    standardization.push(standardizationOf(rows) ?? { mean: learned.overall + 0, scale: 1, limit: FARTHEST });
    return rows;
  });
  const plan: MeansPlan = {
    ...common,
    encoding: 'means',
    levels: levels as string[] | number[],
    of: names,
    means,
    overall,
    ...(missing > 0 && { missing: ofMissing }),
    standardization,
  };
  return { plan, fitted };
}
