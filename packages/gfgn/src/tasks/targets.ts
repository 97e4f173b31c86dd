import { InputError, type MatrixLike, showValue, toLabels } from '@unbraid/checks';
import { columnsByName, renumbered } from './own-names.ts';
import type { Targets, TaskFacts, TaskName } from './task.ts';

/** Targets in every form that is taken. */
export interface TargetsLike {
  /**
   * Of classification and of two classes: a whole number from 0 for each row, −1 where it is not known, or a name, null where it is not known.
   */
  readonly labels?: ArrayLike<number> | readonly (string | null)[];
  /**
   * How many classes there are, or their names in order. By default one more than the largest label, or the names that occur, sorted. Of a trained model
   * classes have the names and numbers that they had in training: names in another order are put into that one, and there are no names where it was trained on numbers.
   */
  readonly classes?: number | readonly string[];
  /** Of several labels, 0 or 1 each, and of quantities: a number for each row, or rows of numbers; NaN where not known. */
  readonly targets?: ArrayLike<number> | MatrixLike;
}

/** What rows are, and how errors call them. */
export interface Rows {
  readonly count: number;
  /** Such as `node`. */
  readonly name: string;
}

/**
 * Targets as they are computed with, checked.
 * @param known of a trained model
 * @throws {InputError} in one line, where rows, labels, classes or quantities don't fit each other or the task, and for names that the model doesn't have
 */
export function targetsOf(name: TaskName, given: TargetsLike, rows: Rows, known?: TaskFacts): Targets {
  if (name === 'multilabel' || name === 'regression') return valuesOf(name, given, rows, known);
  const { labels, names } = labelsOf(given, rows, known);
  const told =
    typeof given.classes === 'number'
      ? given.classes
      : (names?.length ?? (known && classCount(known)) ?? countOf(labels));
  if (known && told !== classCount(known))
    throw new InputError('data', `gfgn: there are ${told} classes, the model was trained on ${classCount(known)}`);
  checkLabels(labels, told, rows);
  if (name === 'classification') return { name, rows: rows.count, labels, outputs: told, names };
  if (told > 2)
    throw new InputError(
      'data',
      `gfgn: the task binary takes two classes, there are ${told}; use the task classification`,
    );
  return { name, rows: rows.count, labels, outputs: 1, names };
}

const classCount = ({ name, outputs }: TaskFacts): number => (name === 'binary' ? 2 : outputs);

function labelsOf(
  { labels, classes }: TargetsLike,
  { count, name }: Rows,
  known: TaskFacts | undefined,
): { labels: Int32Array; names?: readonly string[] | undefined } {
  const own = typeof classes === 'object' ? classes : undefined;
  const names = known?.names ?? own;
  if (labels === undefined) return { labels: new Int32Array(count).fill(-1), names };
  if (typeof labels !== 'object' || labels === null || typeof labels.length !== 'number')
    throw new InputError('data', `gfgn: labels are ${showValue(labels)}; give a class for each ${name}`);
  if (labels.length !== count)
    throw new InputError('data', `gfgn: there are ${count} ${name}s and ${labels.length} labels`);
  if (Array.prototype.some.call(labels, (label) => typeof label === 'string'))
    return namedLabels(labels as readonly (string | null)[], names, known !== undefined);
  const wrong = Array.prototype.findIndex.call(labels, (label) => !(Number.isInteger(label) && label >= -1));
  if (wrong < 0) {
    const numbers = labels instanceof Int32Array ? labels : Int32Array.from(labels as ArrayLike<number>);
    return { labels: own && known?.names ? renumbered(numbers, own, known.names, name) : numbers, names };
  }
  throw new InputError(
    'data',
    `gfgn: ${name} ${wrong} has the label ${showValue(labels[wrong])}; labels are whole numbers from 0, −1 where not known, or names`,
  );
}

function namedLabels(
  labels: readonly (string | null)[],
  names: readonly string[] | undefined,
  isTrained: boolean,
): { labels: Int32Array; names?: readonly string[] | undefined } {
  const told = labels.filter((label) => label !== null);
  const numbered = isTrained && !names;
  const { labels: numbers, classes } = toLabels('gfgn: labels', told, { classes: names, numbered });
  let at = 0;
  return { labels: Int32Array.from(labels, (label) => (label === null ? -1 : numbers[at++]!)), names: classes };
}

const countOf = (labels: Int32Array): number => labels.reduce((most, label) => Math.max(most, label + 1), 1);

function checkLabels(labels: Int32Array, classes: number, { name }: Rows): void {
  if (!(Number.isSafeInteger(classes) && classes >= 1))
    throw new InputError('data', `gfgn: classes is ${classes}; a whole number of at least 1 is needed`);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong < 0) return;
  throw new InputError(
    'data',
    `gfgn: ${name} ${wrong} has the label ${labels[wrong]}; labels are whole numbers from 0 to ${classes - 1}, or −1 where not known`,
  );
}

/** Several labels or quantities. Without any, all are unknown, and there are as many as the trained model gives. */
function valuesOf(
  task: 'multilabel' | 'regression',
  { targets, classes }: TargetsLike,
  rows: Rows,
  known?: TaskFacts,
): Targets {
  const own = typeof classes === 'object' ? classes : undefined;
  const names = known?.names ?? own;
  const found =
    targets === undefined
      ? { values: new Float32Array(rows.count * (known?.outputs ?? 1)).fill(Number.NaN), cols: known?.outputs ?? 1 }
      : numbersOf(targets, rows);
  const { values, cols } = own && known?.names ? columnsByName(found, own, known.names) : found;
  const wanted = known?.outputs ?? names?.length ?? (typeof classes === 'number' ? classes : cols);
  if (cols !== wanted)
    throw new InputError('data', `gfgn: targets have ${cols} numbers for each ${rows.name}, ${wanted} are needed`);
  const wrong = values.findIndex((value) =>
    task === 'multilabel'
      ? !(Number.isNaN(value) || value === 0 || value === 1)
      : Math.abs(value) === Number.POSITIVE_INFINITY,
  );
  if (wrong >= 0) {
    const place = `target ${wrong % cols} of ${rows.name} ${Math.floor(wrong / cols)} (counted from 0)`;
    const needed =
      task === 'multilabel' ? '0 or 1, or NaN where not known' : 'a finite float32, or NaN where not known';
    throw new InputError('data', `gfgn: ${place} is ${values[wrong]}; ${needed} is needed`);
  }
  return { name: task, rows: rows.count, values, outputs: cols, names };
}

const FORMS = 'give a number for each, or rows of numbers, NaN where not known';

/** Numbers of rows, which toMatrix would refuse where some are NaN. */
function numbersOf(given: unknown, { count, name }: Rows): { values: Float32Array; cols: number } {
  const { data, cols } = (given ?? {}) as { data?: ArrayLike<number>; cols?: number };
  if (
    typeof given !== 'object' ||
    given === null ||
    (data === undefined && typeof (given as ArrayLike<unknown>).length !== 'number')
  )
    throw new InputError('data', `gfgn: targets are ${showValue(given)}; ${FORMS}`);
  if (data !== undefined && cols !== undefined) return checked(data, cols, count, name);
  const list = given as ArrayLike<number | ArrayLike<number>>;
  if (typeof list[0] !== 'object' || list[0] === null) return checked(list as ArrayLike<number>, 1, count, name);
  const rows = Array.from(list as ArrayLike<ArrayLike<number>>);
  const width = rows[0]!.length;
  const stray = rows.findIndex((row) => row?.length !== width);
  if (stray >= 0)
    throw new InputError(
      'data',
      `gfgn: targets of ${name} ${stray} are ${rows[stray]?.length ?? showValue(rows[stray])} numbers, those of ${name} 0 are ${width}`,
    );
  return checked(
    rows.flatMap((row) => Array.from(row)),
    width,
    count,
    name,
  );
}

function checked(numbers: ArrayLike<number>, cols: number, count: number, name: string) {
  if (!(Number.isSafeInteger(cols) && cols >= 1) || numbers.length !== count * cols)
    throw new InputError(
      'data',
      `gfgn: there are ${count} ${name}s and ${numbers.length} targets in ${cols} columns; one row for each is needed`,
    );
  const values = numbers instanceof Float32Array ? numbers : new Float32Array(numbers.length);
  if (values === numbers) return { values, cols };
  for (let i = 0; i < values.length; i++) {
    const value = numbers[i] as unknown;
    if (typeof value !== 'number' && value !== null)
      throw new InputError(
        'data',
        `gfgn: target ${i % cols} of ${name} ${Math.floor(i / cols)} is ${showValue(value)}; ${FORMS}`,
      );
    values[i] = value === null ? Number.NaN : value;
  }
  return { values, cols };
}
