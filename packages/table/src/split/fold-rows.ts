import { checkSettings, emitWarning, InputError } from '@unbraid/checks';
import { createRandom } from '@unbraid/kernels';
import { checkTable } from '../prepare/find-column.ts';
import type { DataTable } from '../table.ts';
import { groupedFolds, randomFolds, stratifiedFolds } from './fold-numbers.ts';
import { groupsOf, labelsOf, timesOf } from './groups.ts';
import { type FoldRowsOptions, foldSchema, type RowSplit } from './split-settings.ts';

const who = 'table: foldRows';

/**
 * Divides the rows of a table into folds, each of which is tested on once and trained on otherwise. By time there is no training on what comes later: of
 * `folds` + 1 stretches the first is only trained on, and each other one is tested by all before it. The same seed gives the same rows.
 * @throws {InputError} `data`, for fewer rows, groups or times than folds; the others of `splitRows`
 */
export function foldRows(table: DataTable, options: FoldRowsOptions = {}): RowSplit[] {
  const {
    kind,
    labels,
    column,
    seed,
    folds,
    onWarning = emitWarning,
  } = checkSettings(who, foldSchema, { table, ...options });
  checkTable(who, table);
  const { rows } = table;
  if (kind !== 'time') checkEnough(rows, folds, 'rows');
  const random = createRandom(seed).split('table: folds');
  switch (kind) {
    case 'random':
      return foldsBy(randomFolds(rows, folds, random), folds);
    case 'stratified': {
      const classes = labelsOf(who, rows, labels);
      const rare = rarest(classes);
      if (rare.rows < folds)
        onWarning(
          `${who}: class ${rare.label} has ${rare.rows === 1 ? '1 row' : `${rare.rows} rows`}, fewer than the ${folds} folds, so some of these have none of it`,
        );
      return foldsBy(stratifiedFolds(classes, folds, random), folds);
    }
    case 'grouped': {
      const { group, sizes } = groupsOf(who, table, column);
      checkEnough(sizes.length, folds, 'groups');
      const fold = groupedFolds(sizes, folds, random);
      return foldsBy(
        group.map((each) => fold[each]!),
        folds,
      );
    }
    case 'time':
      return byTime(timesOf(who, table, column), folds);
  }
}

function checkEnough(count: number, folds: number, what: string): void {
  if (count < folds)
    throw new InputError(
      'data',
      `${who}: there are ${count} ${what} for ${folds} folds; ask for at most ${count} folds, or take more ${what}`,
    );
}

function foldsBy(fold: Int32Array, folds: number): RowSplit[] {
  return Array.from({ length: folds }, (_, f) => ({
    train: where(fold, (each) => each !== f),
    test: where(fold, (each) => each === f),
  }));
}

function where(values: Int32Array | Float64Array, holds: (value: number) => boolean): Int32Array {
  const rows: number[] = [];
  values.forEach((value, row) => {
    if (holds(value)) rows.push(row);
  });
  return Int32Array.from(rows);
}

function rarest(labels: Int32Array): { label: number; rows: number } {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [label, rows] = [...counts].sort(([, a], [, b]) => a - b)[0]!;
  return { label, rows };
}

function byTime(times: Float64Array, folds: number): RowSplit[] {
  const sorted = times.slice().sort();
  const changes = [...sorted.keys()].filter((at) => at > 0 && sorted[at] !== sorted[at - 1]);
  checkEnough(changes.length, folds, 'changes of time');
  const places = spread(changes, folds, sorted.length);
  return places.map((at, f) => {
    const [from, end] = [sorted[at]!, places[f + 1] === undefined ? Infinity : sorted[places[f + 1]!]!];
    return { train: where(times, (time) => time < from), test: where(times, (time) => time >= from && time < end) };
  });
}

/** So many of the places, ascending, each as near to its share of the rows as those before and behind it leave. */
function spread(places: readonly number[], count: number, rows: number): number[] {
  const chosen: number[] = [];
  let next = 0;
  for (let f = 1; f <= count; f++) {
    const ideal = (f * rows) / (count + 1);
    const last = places.length - (count - f) - 1;
    while (next < last && Math.abs(places[next + 1]! - ideal) < Math.abs(places[next]! - ideal)) next++;
    chosen.push(places[next++]!);
  }
  return chosen;
}
