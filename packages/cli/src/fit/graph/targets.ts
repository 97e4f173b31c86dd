import { basename } from 'node:path';
import { InputError, nearestFirst, rareClassNotice, showValue } from '@unbraid/checks';
import type { TaskName } from '@unbraid/gfgn';
import { type ClassificationTarget, type Column, type DataTable, targetOf } from '@unbraid/table';
import { textOf } from '../table/use/class-text.ts';
import { columnOf } from './node-table.ts';

/** What nodes are to be told. */
export interface NodeTargets {
  readonly task: TaskName;
  /** The columns that say it: one of classes, one or several of labels and of quantities. */
  readonly columns: readonly string[];
  /** Classes, in the order of their numbers; labels and quantities are called as their columns. */
  readonly names: readonly string[];
  /** The class of each node, −1 where it isn't known; without labels and quantities. */
  readonly labels?: Int32Array;
  /** Labels, 0 or 1, and quantities: [nodes, columns], NaN where not known. */
  readonly values?: Float32Array;
}

/** How many numbers a model gives for a node: a logit of each class, one of two classes, or one number for each column. */
export const outputsOf = ({ task, names }: Pick<NodeTargets, 'task' | 'names'>): number =>
  task === 'binary' ? 1 : names.length;

/** What splits are drawn by: the class of each node, or 0 where it has no class but something else is known; −1 where nothing is. */
export function strataOf({ labels, values, columns }: NodeTargets): Int32Array {
  if (labels) return labels;
  const cols = columns.length;
  return Int32Array.from({ length: values!.length / cols }, (_, node) =>
    values!.subarray(node * cols, (node + 1) * cols).every(Number.isNaN) ? -1 : 0,
  );
}

/** Where targets stand. */
interface Place {
  readonly table: DataTable;
  /** Of the table's file. */
  readonly path: string;
}

/**
 * The columns that `--target` names: a single one by its whole name, or several by commas.
 * @throws {InputError} with the nearest names for one that isn't there, for one that is there twice, and for several where one is needed
 */
export function targetColumns({ table, path }: Place, target: string, task: TaskName): string[] {
  if (table.columns.some(({ name }) => name === target)) return [target];
  const names = target.split(',').map((name) => name.trim());
  for (const name of names) columnOf(table, name, '--target', path);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined)
    throw new InputError('setting', `fit: --target names ${showValue(twice)} twice; name each column once`);
  if (names.length > 1 && (task === 'classification' || task === 'binary'))
    throw new InputError(
      'setting',
      `fit: --target names ${names.length} columns, and --task ${task} takes one; several are for --task multilabel and regression`,
    );
  return names;
}

/**
 * What the columns of the nodes say, checked.
 * @param notices get what a person should know of it
 * @throws {InputError} in one line, for entries that can't be of the task, and where there is nothing to learn
 */
export function readTargets(place: Place, target: string, task: TaskName, notices: string[]): NodeTargets {
  const columns = targetColumns(place, target, task);
  const found =
    task === 'classification' || task === 'binary'
      ? classesOf(place, columns[0]!, task, notices)
      : { task, columns, names: columns, values: checkedValues(place, columns, task) };
  const open = strataOf(found).reduce((count, stratum) => count + Number(stratum < 0), 0);
  const what = columns.map((name) => showValue(name)).join(', ');
  if (open > 0)
    notices.push(
      `${open} of ${place.table.rows} nodes have ${columns.length > 1 ? 'none of' : 'no'} ${what}: they take part in the graph, and get predictions`,
    );
  return found;
}

function classesOf(
  { table, path }: Place,
  name: string,
  task: 'classification' | 'binary',
  notices: string[],
): NodeTargets {
  const column = columnOf(table, name, '--target', path);
  if (column.kind === 'number' && column.values.some((value) => !Number.isNaN(value) && !Number.isInteger(value)))
    throw new InputError(
      'data',
      `fit: the target ${showValue(name)} holds quantities, and --task ${task} predicts classes; take --task regression, or make classes of it, such as low and high`,
    );
  const { rows, labels: known, classes } = targetOf(table, name, { task: 'classification' }) as ClassificationTarget;
  if (task === 'binary' && classes.length !== 2)
    throw new InputError(
      'data',
      `fit: the target ${showValue(name)} has ${classes.length} classes, and --task binary takes two; take --task classification`,
    );
  const labels = new Int32Array(table.rows).fill(-1);
  for (const [at, row] of rows.entries()) labels[row] = known[at]!;
  const rare = rareClassNotice('the labelled nodes', known, {
    count: classes.length,
    names: classes,
    advice: 'label more such nodes',
  });
  if (rare) notices.push(rare);
  return { task, columns: [name], names: classes, labels };
}

/** @throws {InputError} for a column that says nothing, or the same of every node */
function checkedValues(place: Place, columns: readonly string[], task: 'multilabel' | 'regression'): Float32Array {
  const values = valuesIn('fit', place, columns, task);
  for (const [d, name] of columns.entries()) {
    const known = values.filter((value, at) => at % columns.length === d && !Number.isNaN(value));
    const where = `fit: the target ${showValue(name)} is`;
    if (known.length === 0)
      throw new InputError(
        'data',
        `${where} missing in all ${place.table.rows} rows; name another column, or fill some in`,
      );
    if (known.every((value) => value === known[0]))
      throw new InputError(
        'data',
        `${where} ${known[0]} in every row that has one; there is nothing to predict, so leave it out`,
      );
  }
  return values;
}

/**
 * What columns say of labels or quantities: [nodes, columns], NaN where nothing.
 * @param who begins an error
 * @throws {InputError} naming the first entry that is none
 */
export function valuesIn(
  who: string,
  { table, path }: Place,
  columns: readonly string[],
  task: 'multilabel' | 'regression',
): Float32Array {
  const values = new Float32Array(table.rows * columns.length);
  for (const [d, name] of columns.entries()) {
    const column = columnOf(table, name, '--target', path);
    for (let row = 0; row < table.rows; row++)
      values[row * columns.length + d] =
        task === 'multilabel' ? labelAt(who, column, row, path) : quantityAt(who, column, row, path);
  }
  return values;
}

/** A label that is there, or not. */
const LABELS = new Map<string, number>([
  ...['0', 'no', 'false'].map((text) => [text, 0] as const),
  ...['1', 'yes', 'true'].map((text) => [text, 1] as const),
]);

function labelAt(who: string, column: Column, row: number, path: string): number {
  const text = textOf(column, row);
  if (text === undefined) return Number.NaN;
  const label = LABELS.get(text.toLowerCase());
  if (label !== undefined) return label;
  throw new InputError(
    'data',
    `${who}: the target ${showValue(column.name)} of ${basename(path)} is ${showValue(text)} at row ${row} (counted from 0); with --task multilabel a label is 0 or 1, yes or no, true or false, or missing`,
  );
}

function quantityAt(who: string, column: Column, row: number, path: string): number {
  const value = column.kind === 'number' ? column.values[row]! : Number.NaN;
  if (column.kind === 'number' && (Number.isNaN(value) || Number.isFinite(Math.fround(value)))) return value;
  const found = textOf(column, row);
  if (found === undefined) return Number.NaN;
  throw new InputError(
    'data',
    `${who}: the target ${showValue(column.name)} of ${basename(path)} is ${column.kind === 'number' ? value : showValue(found)} at row ${row} (counted from 0); --task regression takes finite numbers up to 3.4e38, or none`,
  );
}

/**
 * The class of each node as a file says, −1 where it says none.
 * @throws {InputError} for a class that the model doesn't know
 */
export function labelsIn({ table, path }: Place, name: string, classes: readonly string[]): Int32Array {
  const column = columnOf(table, name, '--target', path);
  const places = new Map(classes.map((each, k) => [each, k]));
  return Int32Array.from({ length: table.rows }, (_, row) => {
    const text = textOf(column, row);
    if (text === undefined) return -1;
    const place = places.get(text);
    if (place !== undefined) return place;
    throw new InputError(
      'data',
      `model: ${showValue(column.name)} of ${basename(path)} is ${showValue(text)} at row ${row} (counted from 0), a class that the model wasn't taught; the nearest is ${showValue(nearestFirst(text, classes)[0])}`,
    );
  });
}
