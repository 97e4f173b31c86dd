import { checkSettings, emitWarning, InputError } from '@unbraid/checks';
import { stratifiedSplit } from '@unbraid/data';
import { createRandom, type Random } from '@unbraid/kernels';
import { checkTable } from '../prepare/find-column.ts';
import type { DataTable } from '../table.ts';
import { groupsOf, labelsOf, timesOf } from './groups.ts';
import { type RowSplit, type SplitRowsOptions, splitSchema } from './split-settings.ts';

const who = 'table: splitRows';

/**
 * Divides the rows of a table into some to train on and some to test on. The same seed gives the same rows.
 * @throws {InputError} `data`, where a side would be empty, for fewer than two groups or times, missing times, a column that isn't there; `setting`, for
 * options that are unknown, missing or out of range
 */
export function splitRows(table: DataTable, options: SplitRowsOptions = {}): RowSplit {
  const {
    kind,
    labels,
    column,
    seed,
    test,
    onWarning = emitWarning,
  } = checkSettings(who, splitSchema, { table, ...options });
  checkTable(who, table);
  const { rows } = table;
  const wanted = 'fraction' in test ? Math.round(test.fraction * rows) : test.count;
  if (wanted < 1 || wanted >= rows)
    throw new InputError(
      'data',
      `${who}: ${wanted} of ${rows} rows can't be tested on; at least one is needed on each side`,
    );
  const random = createRandom(seed).split('table: split');
  switch (kind) {
    case 'random':
      return parts(rows, random.permutation(rows).subarray(0, wanted));
    case 'stratified': {
      const { chosen, rest } = stratifiedSplit(labelsOf(who, rows, labels), { size: { count: wanted }, random });
      return { train: rest, test: chosen };
    }
    case 'grouped':
      return byGroups(table, column, wanted, random, onWarning);
    case 'time':
      return byTime(timesOf(who, table, column), wanted, onWarning);
  }
}

/** Both sides, ascending. */
function parts(rows: number, tested: ArrayLike<number>): RowSplit {
  const isTested = new Uint8Array(rows);
  for (let i = 0; i < tested.length; i++) isTested[tested[i]!] = 1;
  return partsBy(rows, (row) => isTested[row] === 1);
}

function partsBy(rows: number, isTested: (row: number) => boolean): RowSplit {
  const [train, test]: number[][] = [[], []];
  for (let row = 0; row < rows; row++) (isTested(row) ? test! : train!).push(row);
  return { train: Int32Array.from(train!), test: Int32Array.from(test!) };
}

/** Groups in random order to the test until another would miss the wanted size by more. */
function byGroups(
  table: DataTable,
  column: string | undefined,
  wanted: number,
  random: Random,
  onWarning: (line: string) => void,
): RowSplit {
  const { group, sizes } = groupsOf(who, table, column);
  if (sizes.length < 2) throw new InputError('data', `${who}: all rows are of one group; at least two are needed`);
  const isTested = new Uint8Array(sizes.length);
  let [tested, groups] = [0, 0];
  for (const each of random.permutation(sizes.length)) {
    const isNearer = Math.abs(tested + sizes[each]! - wanted) < Math.abs(tested - wanted);
    if (!isNearer || groups === sizes.length - 1) continue;
    isTested[each] = 1;
    tested += sizes[each]!;
    groups++;
  }
  if (groups === 0) {
    // Every group is more than twice what is wanted: the smallest is the nearest.
    const least = sizes.indexOf(Math.min(...sizes));
    isTested[least] = 1;
    tested = sizes[least]!;
  }
  tellSize(tested, wanted, 'groups are whole', onWarning);
  return partsBy(table.rows, (row) => isTested[group[row]!] === 1);
}

/** The latest rows to the test. */
function byTime(times: Float64Array, wanted: number, onWarning: (line: string) => void): RowSplit {
  const sorted = times.slice().sort();
  const from = boundary(sorted, sorted.length - wanted);
  if (from === undefined)
    throw new InputError('data', `${who}: all rows have the same time; at least two different ones are needed`);
  tellSize(sorted.length - from, wanted, 'rows of one time stay together', onWarning);
  return partsBy(times.length, (row) => times[row]! >= sorted[from]!);
}

/** The place nearest to `at`, and not at an end, where sorted times change; undefined where none does. */
function boundary(sorted: Float64Array, at: number): number | undefined {
  for (let step = 0; step < sorted.length; step++) {
    for (const place of [at + step, at - step]) {
      if (place > 0 && place < sorted.length && sorted[place]! > sorted[place - 1]!) return place;
    }
  }
  return undefined;
}

function tellSize(tested: number, wanted: number, since: string, onWarning: (line: string) => void): void {
  if (Math.abs(tested - wanted) * 10 > wanted)
    onWarning(
      `${who}: ${tested} rows are tested on where ${wanted} ${wanted === 1 ? 'was' : 'were'} asked for, since ${since}`,
    );
}
