import type { MetricColumn } from '@unbraid/experiment/directory';
import type { MetricInfo } from '../api.ts';
import { type Column, type Columns, valueAt } from './columns.ts';

/** What an experiment says of its columns. */
export type Declared = Readonly<Record<string, MetricColumn>>;

/** What curves are drawn along where nothing is declared: the first of these that the same lines have, as numbers. */
const ALONG: readonly string[] = ['step', 'epoch', 'iteration', 'batch', 'update', 'round', 'episode', 'timestep'];
/** Columns of integers that tell curves apart where nothing is declared. */
const APART: readonly string[] = [
  'seed',
  'trial',
  'unit',
  'fold',
  'split',
  'fit',
  'run',
  'repeat',
  'repetition',
  'member',
  'worker',
];
/** More texts tell lines apart, not curves. */
const MOST_KEYS = 200;

/** A curve's columns. */
export interface Axes {
  /** A column, or `line` or `seconds`. */
  readonly x: string;
  readonly by: readonly string[];
}

/** Every column that a curve can be drawn of, with what is known of it; those first that are declared. */
export function describeMetrics(columns: Columns, declared: Declared = {}): MetricInfo[] {
  const all = columns.all().filter(({ count }) => count > 0);
  const isAxis = new Set(Object.values(declared).flatMap(({ x, by = [] }) => [...(x === undefined ? [] : [x]), ...by]));
  const rank = ({ name }: Column) => (Object.hasOwn(declared, name) ? 0 : 1);
  return all
    .filter(
      ({ name }) =>
        Object.hasOwn(declared, name) || !(isAxis.has(name) || ALONG.includes(name) || APART.includes(name)),
    )
    .sort((a, b) => rank(a) - rank(b))
    .map((column) => infoOf(columns, column, declared));
}

function infoOf(columns: Columns, column: Column, declared: Declared): MetricInfo {
  const said = Object.hasOwn(declared, column.name) ? declared[column.name] : undefined;
  return {
    name: column.name,
    ...(said !== undefined && { description: said.description }),
    ...(said?.unit !== undefined && { unit: said.unit }),
    ...axesOf(columns, column, declared),
    count: column.count,
    ...(column.lines.length > 0 && { last: valueAt(column, column.lines.length - 1) }),
  };
}

/** As the experiment declares it, or as its lines suggest. */
export function axesOf(columns: Columns, column: Column, declared: Declared = {}): Axes {
  const said = Object.hasOwn(declared, column.name) ? declared[column.name] : undefined;
  if (said !== undefined) {
    const by = (said.by ?? []).filter((name) => columns.get(name) !== undefined);
    return { x: said.x !== undefined && columns.get(said.x) !== undefined ? said.x : 'line', by };
  }
  const x = ALONG.find((name) => name !== column.name && isBeside(columns.get(name), column)) ?? 'line';
  const by = columns
    .all()
    .filter((other) => other !== column && other.name !== x && tellsApart(other, column))
    .map(({ name }) => name);
  return { x, by };
}

/** Whether most lines of `column` have a number of the other. */
function isBeside(other: Column | undefined, column: Column): boolean {
  return other !== undefined && other.count > 0 && shared(other, column) * 2 > column.lines.length;
}

function tellsApart(other: Column, column: Column): boolean {
  const isKey = other.count === 0 ? other.texts.length <= MOST_KEYS : other.whole && APART.includes(other.name);
  return isKey && shared(other, column) > 0 && valuesBeside(other, column) > 1;
}

/** Lines that have both. */
function shared(a: Column, b: Column): number {
  let both = 0;
  meet(a, b, () => {
    both++;
    return true;
  });
  return both;
}

/** Different values of `other` in the lines of `column`; 2 where there are more. */
function valuesBeside(other: Column, column: Column): number {
  const first = { value: undefined as unknown };
  let several = false;
  meet(other, column, (i) => {
    const value = valueAt(other, i);
    first.value ??= value;
    several = value !== first.value;
    return !several;
  });
  return several ? 2 : 1;
}

/** Calls `each` with the places in `a` of lines that both have, until it says false. */
function meet(a: Column, b: Column, each: (i: number) => boolean): void {
  const [lines, others] = [a.lines.view(), b.lines.view()];
  for (let i = 0, j = 0; i < lines.length && j < others.length; ) {
    if (lines[i]! < others[j]!) i++;
    else if (lines[i]! > others[j]!) j++;
    else {
      if (!each(i)) return;
      i++;
      j++;
    }
  }
}
