import { InputError, nearestFirst, showValue } from '@unbraid/checks';
import type { Samples } from './data.ts';

/**
 * How much the rows of each class count in the loss: by class in a list, by name in a record, or `balanced`, which is rows / (classes · rows of the
 * class), so that every class counts as much as every other (King and Zeng 2001; scikit-learn's rule of the same name).
 */
export type ClassWeights = 'balanced' | readonly number[] | Readonly<Record<string, number>>;

/** What is known of classes. */
export interface ClassFacts {
  /** How many there are. */
  readonly count: number;
  /** Theirs, where they have some. */
  readonly names?: readonly string[] | undefined;
  /** How errors call who asks, with its package. Default: `nn: fit`. */
  readonly who?: string | undefined;
}

/**
 * Weights of classes by class.
 * @param labels of all rows, from 0
 * @throws {InputError} in one line, for a class that there isn't or that has no weight, and weights below 0
 */
export function classWeightsOf(given: ClassWeights, labels: Int32Array, facts: ClassFacts): Float64Array {
  const { count, names, who = 'nn: fit' } = facts;
  if (given === 'balanced') return balanced(labels, count);
  const weights = Array.isArray(given) ? (given as readonly number[]) : byName(given as Record<string, number>, facts);
  if (weights.length !== count)
    throw new InputError(
      'setting',
      `${who}'s classWeights has ${weights.length} entries, there are ${count} classes; give one for each`,
    );
  weights.forEach((weight, at) => {
    if (Number.isFinite(weight) && weight >= 0) return;
    const called = showValue(names?.[at] ?? at);
    throw new InputError(
      'setting',
      `${who}'s classWeights has ${showValue(weight)} for class ${called}; a finite number of at least 0 is needed`,
    );
  });
  return Float64Array.from(weights);
}

/** A class without rows counts nothing. */
function balanced(labels: Int32Array, count: number): Float64Array {
  const rows = new Float64Array(count);
  for (const label of labels) rows[label]!++;
  return rows.map((n) => (n === 0 ? 0 : labels.length / (count * n)));
}

function byName(given: Readonly<Record<string, number>>, { count, names, who = 'nn: fit' }: ClassFacts): number[] {
  const known = names ?? Array.from({ length: count }, (_, at) => String(at));
  const stray = Object.keys(given).find((name) => !known.includes(name));
  if (stray !== undefined) {
    const nearest = nearestFirst(stray, known).slice(0, 3).join(', ');
    throw new InputError(
      'setting',
      `${who}'s classWeights has no class ${showValue(stray)}; the nearest are ${nearest}`,
    );
  }
  // A class that isn't named counts as it would without weights.
  return Array.from({ length: count }, (_, at) => (Object.hasOwn(given, known[at]!) ? given[known[at]!]! : 1));
}

/** Rows' weights times those of their classes. */
export function weightRows(data: Samples, classes: Float64Array): Samples {
  const labels = data.y as Int32Array;
  const weights = Float32Array.from(labels, (label, row) => classes[label]! * (data.weights?.[row] ?? 1));
  return { ...data, weights };
}
