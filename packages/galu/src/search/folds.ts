import { InputError } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';
import type { Encoded } from '../targets.ts';

/** How many parts rows are divided into at random, or the rows of each. */
export type Folds = number | readonly ArrayLike<number>[];

/**
 * Rows that are held out together. Classes are spread evenly over folds that are drawn.
 * @throws {InputError} for fewer than 2 folds or more than rows, and for given folds unless each row is in one
 */
export function foldRows(folds: Folds, rows: number, encoded: Encoded, random: Random): Int32Array[] {
  if (typeof folds !== 'number') return givenFolds(folds, rows);
  if (folds > rows)
    throw new InputError('setting', `galu: searchGalu's folds is ${folds}, X has ${rows} rows; each fold needs one`);
  const order = Int32Array.from(random.permutation(rows));
  if ('labels' in encoded) {
    const { labels } = encoded;
    // The sort is stable, so rows of a class stay in random order.
    order.sort((a, b) => labels[a]! - labels[b]!);
  }
  return Array.from({ length: folds }, (_, f) => order.filter((_, at) => at % folds === f).sort());
}

function givenFolds(folds: readonly ArrayLike<number>[], rows: number): Int32Array[] {
  const refuse = (what: string) => {
    throw new InputError(
      'data',
      `galu: searchGalu's folds: ${what}; give lists of rows (counted from 0), each row in one`,
    );
  };
  if (folds.length < 2) refuse(`there is ${folds.length === 1 ? 'one' : 'none'}, two at least are needed`);
  const foldOf = new Int32Array(rows).fill(-1);
  folds.forEach((list, f) => {
    if (list.length === 0) refuse(`fold ${f} has no rows`);
    for (let i = 0; i < list.length; i++) {
      const row = list[i]!;
      if (!Number.isInteger(row) || row < 0 || row >= rows) refuse(`fold ${f} has the row ${row}, X has ${rows} rows`);
      if (foldOf[row] !== -1) refuse(`row ${row} is in folds ${foldOf[row]} and ${f}`);
      foldOf[row] = f;
    }
  });
  const left = foldOf.indexOf(-1);
  if (left >= 0) refuse(`row ${left} is in none`);
  return folds.map((list) => Int32Array.from(list));
}
