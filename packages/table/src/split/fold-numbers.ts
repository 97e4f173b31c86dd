import type { Random } from '@unbraid/kernels';

/** The fold of each row: a random order dealt out in turn, so that sizes differ by 1 at most. */
export function randomFolds(rows: number, folds: number, random: Random): Int32Array {
  const fold = new Int32Array(rows);
  random.permutation(rows).forEach((row, i) => {
    fold[row] = i % folds;
  });
  return fold;
}

/** The same for each class, where dealing goes on after the last class: sizes of folds, and of a class in them, differ by 1 at most. */
export function stratifiedFolds(labels: Int32Array, folds: number, random: Random): Int32Array {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const rows = byClass.get(label);
    if (rows) rows.push(row);
    else byClass.set(label, [row]);
  });
  const fold = new Int32Array(labels.length);
  let next = 0;
  for (const [, rows] of [...byClass].sort(([a], [b]) => a - b))
    for (const at of random.permutation(rows.length)) fold[rows[at]!] = next++ % folds;
  return fold;
}

/** Groups from the largest, equal ones in random order, each to the fold that has the fewest rows so far. */
export function groupedFolds(sizes: readonly number[], folds: number, random: Random): Int32Array {
  const order = [...random.permutation(sizes.length)].sort((a, b) => sizes[b]! - sizes[a]!);
  const rows = new Array<number>(folds).fill(0);
  const fold = new Int32Array(sizes.length);
  for (const group of order) {
    const least = rows.indexOf(Math.min(...rows));
    fold[group] = least;
    rows[least]! += sizes[group]!;
  }
  return fold;
}
