import { checkSettings, finite, having, InputError, integer } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';
import * as z from 'zod';

/** Row indices in ascending order; together they are all rows, and no row is in both. */
export interface Split {
  readonly chosen: Int32Array;
  readonly rest: Int32Array;
}

/** How rows are divided. */
export interface SplitOptions {
  /** How much of the rows to choose: a fraction in [0, 1], rounded to a whole number of rows, or their number. */
  readonly size: { readonly fraction: number } | { readonly count: number };
  readonly random: Random;
}

const fraction = z.strictObject({ fraction: finite({ min: 0, max: 1 }) });
const number = z.strictObject({ count: integer({ min: 0 }) });

const settings = z.object({
  size: z.union([fraction, number], { error: 'a fraction from 0 to 1 or a whole count, such as { fraction: 0.2 },' }),
  random: having<Random>('a stream of random numbers', 'permutation'),
});

/**
 * Chooses rows at random such that every class keeps its share of them: exactly where that is a whole number, else
 * rounded up for the classes that are owed the most (largest remainders; equal ones in the order of the labels).
 *
 * @param labels the integer class of each row.
 * @throws where the size is out of range.
 */
export function stratifiedSplit(labels: ArrayLike<number>, options: SplitOptions): Split {
  checkSettings('data: stratifiedSplit', settings, options);
  const count = rowsToChoose(labels.length, options.size);
  const classes = rowsByClass(labels);
  const quotas = largestRemainder(
    classes.map((rows) => rows.length),
    count,
  );
  const isChosen = new Uint8Array(labels.length);
  classes.forEach((rows, c) => {
    const order = options.random.permutation(rows.length);
    for (let i = 0; i < quotas[c]!; i++) isChosen[rows[order[i]!]!] = 1;
  });
  const chosen = new Int32Array(count);
  const rest = new Int32Array(labels.length - count);
  for (let row = 0, c = 0, r = 0; row < labels.length; row++) {
    if (isChosen[row]) chosen[c++] = row;
    else rest[r++] = row;
  }
  return { chosen, rest };
}

function rowsToChoose(rows: number, size: SplitOptions['size']): number {
  if ('fraction' in size) return Math.round(size.fraction * rows);
  if (size.count <= rows) return size.count;
  throw new InputError(
    'setting',
    `data: a split of ${rows} rows takes a whole number of them from 0 to ${rows}, got ${size.count}`,
  );
}

/** The rows of each class, classes in ascending order of their label. */
function rowsByClass(labels: ArrayLike<number>): number[][] {
  const classes = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const rows = classes.get(labels[row]!);
    if (rows) rows.push(row);
    else classes.set(labels[row]!, [row]);
  }
  return [...classes].sort(([a], [b]) => a - b).map(([, rows]) => rows);
}

/** Whole numbers that add up to `total`, in proportion to `weights`, each within 1 of its exact share. */
function largestRemainder(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((partial, weight) => partial + weight, 0);
  // Integer arithmetic: weight · total < 2^53 for any array that fits in memory, so that ties are exact.
  const quotas = weights.map((weight) => Math.floor((weight * total) / sum));
  const owed = weights.map((weight) => (weight * total) % sum);
  const missing = total - quotas.reduce((partial, quota) => partial + quota, 0);
  const order = weights.map((_, c) => c).sort((a, b) => owed[b]! - owed[a]! || a - b);
  for (const c of order.slice(0, missing)) quotas[c]!++;
  return quotas;
}
