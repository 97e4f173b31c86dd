import { InputError, toLabels } from '@unbraid/checks';
import {
  type Average,
  type AverageOptions,
  averageSchema,
  checkPaired,
  classesSetting,
  type MetricOptions,
  metricSchema,
  optionsOf,
  weightsOf,
} from './metric-options.ts';

/** What `confusionMatrix` takes. */
export interface ConfusionOptions extends MetricOptions {
  /** Number of classes; by default one more than the largest label, at least 2. */
  readonly classes?: number | undefined;
}

const schema = metricSchema.extend({ classes: classesSetting() });

/**
 * How often class i (row) was taken for class j (column), or the sum of the weights of such rows.
 * @param truth labels, whole numbers from 0
 * @param predicted labels, one for each
 * @throws {InputError} for labels that are negative or not below `classes`, for numbers of both that differ, and for weights that don't fit
 */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: ConfusionOptions = {},
): readonly Float64Array[] {
  return countPairs('confusionMatrix', truth, predicted, optionsOf('confusionMatrix', schema, options));
}

function countPairs(
  who: string,
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { weights, classes: asked }: ConfusionOptions,
): Float64Array[] {
  checkPaired(who, truth, predicted);
  const [wanted, given] = [labelsOf(who, 'truth', truth), labelsOf(who, 'predictions', predicted)];
  const largest = Math.max(maxOf(wanted), maxOf(given));
  const classes = asked ?? Math.max(2, largest + 1);
  if (largest >= classes)
    throw new InputError('data', `nn: ${who} has the label ${largest}, and there are ${classes} classes`);
  if (classes > MOST_CLASSES)
    throw new InputError('limit', `nn: ${who} has ${classes} classes; at most ${MOST_CLASSES} are counted`);
  const counts = weightsOf(who, weights, wanted.length);
  const pairs = Array.from({ length: classes }, () => new Float64Array(classes));
  wanted.forEach((label, row) => {
    pairs[label]![given[row]!]! += counts[row]!;
  });
  return pairs;
}

/** A matrix of so many classes takes 800 MB. */
const MOST_CLASSES = 10_000;

const labelsOf = (who: string, name: string, labels: ArrayLike<number>): Int32Array =>
  toLabels(`nn: ${who}'s ${name}`, labels, { numbered: true }).labels;

const maxOf = (labels: Int32Array): number => labels.reduce((most, label) => Math.max(most, label), 0);

/** The part of rows that are right, from 0 to 1. @throws {InputError} as `confusionMatrix` */
export function accuracyScore(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: MetricOptions = {},
): number {
  const { weights } = optionsOf('accuracyScore', metricSchema, options);
  checkPaired('accuracyScore', truth, predicted);
  const [wanted, given] = [
    labelsOf('accuracyScore', 'truth', truth),
    labelsOf('accuracyScore', 'predictions', predicted),
  ];
  const counts = weightsOf('accuracyScore', weights, wanted.length);
  let right = 0;
  wanted.forEach((label, row) => {
    if (given[row] === label) right += counts[row]!;
  });
  return right / sum(counts);
}

/** Of a class: rows rightly taken for it, all rows taken for it, and all rows of it. */
interface Tallies {
  readonly hits: number;
  readonly taken: number;
  readonly there: number;
}

type Rate = (tallies: Tallies) => number;

/** 0/0 counts as 0, as in scikit-learn. */
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/**
 * tp / (tp + fp): the part of the rows taken for a class that are of it; 0 where none is.
 * @throws {InputError} as `confusionMatrix`, and for `average: 'binary'` with more than two classes
 */
export const precisionScore = (
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: AverageOptions = {},
): number => averaged('precisionScore', truth, predicted, options, ({ hits, taken }) => ratio(hits, taken));

/**
 * tp / (tp + fn): the part of the rows of a class that are taken for it; 0 where there is none.
 * @throws {InputError} as `precisionScore`
 */
export const recallScore = (
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: AverageOptions = {},
): number => averaged('recallScore', truth, predicted, options, ({ hits, there }) => ratio(hits, there));

/**
 * 2·tp / (2·tp + fp + fn), the harmonic mean of precision and recall.
 * @throws {InputError} as `precisionScore`
 */
export const f1Score = (truth: ArrayLike<number>, predicted: ArrayLike<number>, options: AverageOptions = {}): number =>
  averaged('f1Score', truth, predicted, options, ({ hits, taken, there }) => ratio(2 * hits, taken + there));

function averaged(
  who: string,
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: AverageOptions,
  rate: Rate,
): number {
  const { average, ...rest } = optionsOf(who, averageSchema, options);
  const pairs = countPairs(who, truth, predicted, rest);
  const tallies = pairs.map((row, i) => ({
    hits: row[i]!,
    taken: pairs.reduce((total, other) => total + other[i]!, 0),
    there: sum(row),
  }));
  return meanRate(who, tallies, average ?? (tallies.length === 2 ? 'binary' : 'macro'), rate);
}

function meanRate(who: string, tallies: readonly Tallies[], average: Average, rate: Rate): number {
  const total = (of: keyof Tallies) => tallies.reduce((all, each) => all + each[of], 0);
  switch (average) {
    case 'binary':
      if (tallies.length === 2) return rate(tallies[1]!);
      throw new InputError(
        'setting',
        `nn: ${who} has ${tallies.length} classes, and average 'binary' is of two; give 'macro', 'micro' or 'weighted'`,
      );
    case 'macro':
      // Classes that neither occur nor are predicted count, too: the model can tell them apart.
      return tallies.reduce((all, each) => all + rate(each), 0) / tallies.length;
    case 'micro':
      return rate({ hits: total('hits'), taken: total('taken'), there: total('there') });
    default:
      return tallies.reduce((all, each) => all + rate(each) * each.there, 0) / total('there');
  }
}

const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);
