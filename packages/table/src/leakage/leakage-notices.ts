import { InputError, showValue } from '@unbraid/checks';
import { createRandom } from '@unbraid/kernels';
import { checkTable } from '../prepare/find-column.ts';
import { categoriesOf } from '../prepare/levels.ts';
import { selectRows } from '../prepare/select-rows.ts';
import { selectTarget, type Target } from '../prepare/target.ts';
import { randomFolds, stratifiedFolds } from '../split/fold-numbers.ts';
import type { Column, DataTable } from '../table.ts';
import { repeatedRowsNotice } from './repeated-rows.ts';
import { aloneScore } from './single-column.ts';

/** A column that leaves so little unexplained on rows that it didn't learn from hardly tells of the world. */
const ENOUGH = { regression: 0.99, classification: 0.98 };

/** With fewer rows that the majority gets wrong, a good column can be right by chance. */
const LEAST_CHANCES = 20;

/** Rows that are looked at: more don't change what is seen. */
const MOST_ROWS = 10_000;
const FOLDS = 5;

const who = 'table: leakageNotices';

/**
 * What in a table may give the target away, a line each: a column that is the target under another name, one that alone predicts it nearly perfectly on rows
 * that it didn't learn from (of classes less than 2 % of the majority's errors, of a quantity less than 1 % of its variance), a column that counts or names the
 * rows, and rows that are there more than once. It says so and changes nothing. Of large tables 10,000 random rows are looked at, always the same.
 *
 * @param table the rows of the target, with or without the target's column: `selectRows(table, target.rows)`
 * @throws {InputError} `data`, for a table of other rows than the target's
 */
export function leakageNotices(table: DataTable, target: Target): string[] {
  checkTable(who, table);
  if (target.rows.length !== table.rows)
    throw new InputError(
      'data',
      `${who}: the target has ${target.rows.length} rows, the table ${table.rows}; give selectRows(table, target.rows)`,
    );
  const columns = table.columns.filter(({ name }) => name !== target.column);
  const repeated = repeatedRowsNotice(columns, target);
  const random = createRandom(0).split('table: leakage');
  const isLarge = table.rows > MOST_ROWS;
  const chosen = isLarge ? random.permutation(table.rows).slice(0, MOST_ROWS).sort() : undefined;
  const [seen, aim] = chosen
    ? [selectRows({ ...table, columns }, chosen), selectTarget(target, chosen)]
    : [{ ...table, columns }, target];
  const folds = Math.min(FOLDS, seen.rows);
  const fold =
    aim.task === 'classification' ? stratifiedFolds(aim.labels, folds, random) : randomFolds(seen.rows, folds, random);
  const lines = seen.columns.flatMap((column, j) => columnNotice(column, columns[j]!, aim, fold, folds) ?? []);
  return repeated === undefined ? lines : [...lines, repeated];
}

function columnNotice(
  column: Column,
  whole: Column,
  target: Target,
  fold: Int32Array,
  folds: number,
): string | undefined {
  const [name, of] = [showValue(column.name), showValue(target.column)];
  const advice = `leave it out unless it is known before ${of} is`;
  if (isTarget(column, target)) return `column ${name} is ${of} under another name; leave it out`;
  const { score, chances } = aloneScore({ column, target, fold, folds });
  const names = namesRows(whole);
  if (score >= ENOUGH[target.task] && chances >= LEAST_CHANCES) {
    const since = names === 'counts' ? ', since it counts rows that are sorted' : '';
    return `column ${name} alone predicts ${of} nearly perfectly (${share(target, score)})${since}; ${advice}`;
  }
  if (names === 'counts') return `column ${name} counts the rows; leave it out unless their order says something`;
  if (names === 'names')
    return `column ${name} is different in each row, as names and numbers of things are; nothing can be learned of it`;
  return undefined;
}

const share = (target: Target, score: number): string => {
  const rest = Math.max(0, 1 - score) * 100;
  const part = rest < 0.1 ? 'less than 0.1' : rest.toFixed(1);
  return target.task === 'regression'
    ? `${part} % of its variance is left on rows held out`
    : `${part} % of the majority's errors are left on rows held out`;
};

/** Whether the entries are the target's, or say the same in other words: one for each class. */
function isTarget(column: Column, target: Target): boolean {
  if (target.task === 'regression') {
    return column.kind === 'number' && column.values.every((value, row) => value === target.values[row]);
  }
  if (column.kind === 'date') return false;
  const { codes, levels, missing } = categoriesOf(column.kind === 'text' ? column : { ...column, kind: 'number' });
  if (missing > 0 || levels.length < 2 || levels.length > target.classes.length) return false;
  const [labelOf, codeOf] = [new Map<number, number>(), new Map<number, number>()];
  for (let row = 0; row < codes.length; row++) {
    const [code, label] = [codes[row]!, target.labels[row]!];
    if ((labelOf.get(code) ?? label) !== label || (codeOf.get(label) ?? code) !== code) return false;
    labelOf.set(code, label);
    codeOf.set(label, code);
  }
  return true;
}

/** Fewer rows may be all different by chance. */
const LEAST_ROWS = 20;

/** Whether a column counts rows, in any order, or names each. */
function namesRows(column: Column): 'counts' | 'names' | undefined {
  const rows = column.kind === 'text' ? column.codes.length : column.values.length;
  if (rows < LEAST_ROWS) return undefined;
  if (column.kind === 'text') {
    return new Set(column.codes).size === rows && !column.codes.includes(-1) ? 'names' : undefined;
  }
  if (column.kind !== 'number') return undefined;
  let [least, most] = [Infinity, -Infinity];
  for (const value of column.values) {
    if (!Number.isInteger(value)) return undefined;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  // Rows without a target are gone from the count, so a few numbers may lack; years don't begin at 0 or 1.
  const isCount = least >= 0 && least <= 0.1 * rows && most - least < 1.5 * rows;
  return isCount && new Set(column.values).size === rows ? 'counts' : undefined;
}
