import { InputError, showValue } from '@unbraid/checks';
import * as z from 'zod';
import type { Encoded } from './targets.ts';

/**
 * How much the rows of each class count: so that all classes count alike whatever their number of rows, m / (classes · rows of the class), rows with weights of their own counted by
 * these; or a number for each class, in
 * order or by its name, where those not named count 1.
 */
export type ClassWeights = 'balanced' | readonly number[] | Readonly<Record<string, number>>;

/** How much rows count in the loss. Both multiply. */
export interface RowWeights {
  /** Of classes; only with class labels. Default 1 each. */
  readonly classWeights?: ClassWeights;
  /** Of each row, at least 0. Default 1 each. A row of weight 2 counts as two such rows. */
  readonly sampleWeights?: ArrayLike<number>;
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isList = (value: object): value is ArrayLike<number> => Array.isArray(value) || ArrayBuffer.isView(value);

/** What can be iterated over, and is no list, has no entries that could be told by name: a Map or a Set. */
const isByClass = (value: unknown): boolean => isObject(value) && (isList(value) || !(Symbol.iterator in value));

/** Entries of a schema for `RowWeights`; what they hold is checked where rows and classes are known. */
export const rowWeightSettings = {
  classWeights: z
    .custom<ClassWeights>((value) => value === 'balanced' || isByClass(value), {
      error: '"balanced", a list of numbers, or an object of numbers by class',
    })
    .optional(),
  sampleWeights: z
    .custom<ArrayLike<number>>((value) => isObject(value) && 'length' in value, {
      error: 'an array of numbers',
    })
    .optional(),
};

/**
 * s, a number for each row; `undefined` where all count alike.
 * @throws {InputError} for weights that don't match rows or classes, are negative or not finite, or all zero
 */
export function rowWeights(
  encoded: Encoded,
  rows: number,
  { classWeights, sampleWeights }: { [K in keyof RowWeights]?: RowWeights[K] | undefined },
): Float64Array | undefined {
  if (classWeights === undefined && sampleWeights === undefined) return undefined;
  const weights = sampleWeights ? checkedSamples(sampleWeights, rows) : new Float64Array(rows).fill(1);
  if (classWeights === undefined) return weights;
  if (!('labels' in encoded)) {
    throw new InputError('setting', 'galu: classWeights go with class labels, and Y has none; give sampleWeights');
  }
  const byClass = weightsOfClasses(classWeights, encoded, weights);
  for (let i = 0; i < rows; i++) weights[i]! *= byClass[encoded.labels[i]!]!;
  checkSum(weights);
  return weights;
}

function checkedSamples(given: ArrayLike<number>, rows: number): Float64Array {
  if (given.length !== rows) {
    throw new InputError(
      'data',
      `galu: there are ${given.length} sampleWeights, X has ${rows} rows; give one for each row`,
    );
  }
  for (let i = 0; i < rows; i++) checkWeight(given[i], () => `sampleWeights has ${showValue(given[i])} at row ${i}`);
  const weights = Float64Array.from(given);
  checkSum(weights);
  return weights;
}

function checkWeight(value: unknown, what: () => string): void {
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return;
  throw new InputError('data', `galu: ${what()}; a finite number of at least 0 is needed`);
}

function checkSum(weights: Float64Array): void {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum > 0 && Number.isFinite(sum)) return;
  throw new InputError(
    'data',
    `galu: the weights of all rows sum to ${sum}; some must be above 0, and all together finite`,
  );
}

function weightsOfClasses(
  given: ClassWeights,
  { labels, task }: Extract<Encoded, { labels: Int32Array }>,
  samples: Float64Array,
): Float64Array {
  const { classes, names } = task;
  if (given === 'balanced') {
    const counts = new Float64Array(classes);
    for (let i = 0; i < labels.length; i++) counts[labels[i]!]! += samples[i]!;
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => (count > 0 ? total / (classes * count) : 0));
  }
  if (isList(given)) {
    if (given.length !== classes) {
      throw new InputError(
        'setting',
        `galu: there are ${given.length} classWeights and ${classes} classes; give one for each, in order`,
      );
    }
    for (let at = 0; at < classes; at++) {
      checkWeight(given[at], () => `classWeights has ${showValue(given[at])} for class ${at}`);
    }
    return Float64Array.from(given);
  }
  const known = names ? names.map(String) : Array.from({ length: classes }, (_, at) => String(at));
  const weights = new Float64Array(classes).fill(1);
  for (const [name, value] of Object.entries(given)) {
    const at = known.indexOf(name);
    if (at < 0) {
      throw new InputError(
        'setting',
        `galu: classWeights names ${JSON.stringify(name)}, which is no class; there are ${known.slice(0, 5).join(', ')}${known.length > 5 ? ', …' : ''}`,
      );
    }
    checkWeight(value, () => `classWeights has ${showValue(value)} for ${JSON.stringify(name)}`);
    weights[at] = value;
  }
  return weights;
}
