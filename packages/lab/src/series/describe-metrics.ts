import {
  type AxisColumn,
  isDrawn,
  type MetricColumn,
  MOST_CURVE_TEXTS,
  metricAxes,
} from '@unbraid/experiment/directory';
import type { MetricInfo, Scalar } from '../api.ts';
import { type Column, type Columns, valueAt } from './columns.ts';

/** What an experiment says of its columns. */
export type Declared = Readonly<Record<string, MetricColumn>>;

/** A curve's columns. */
export interface Axes {
  /** A column, or `line` or `seconds`. */
  readonly x: string;
  readonly by: readonly string[];
}

/** Every column that a curve can be drawn of, with what is known of it; those first that are declared. */
export function describeMetrics(columns: Columns, declared: Declared = {}): MetricInfo[] {
  const drawn = isDrawn(declared);
  const rank = ({ name }: Column) => (Object.hasOwn(declared, name) ? 0 : 1);
  return columns
    .all()
    .filter(({ name, count }) => count > 0 && drawn(name))
    .sort((a, b) => rank(a) - rank(b))
    .map((column) => infoOf(columns, column, declared));
}

function infoOf(columns: Columns, column: Column, declared: Declared): MetricInfo {
  const said = saidOf(column, declared);
  return {
    name: column.name,
    ...(said !== undefined && { description: said.description }),
    ...(said?.unit !== undefined && { unit: said.unit }),
    ...axesOf(columns, column, declared),
    count: column.count,
    ...(column.lines.length > 0 && { last: valueAt(column, column.lines.length - 1) }),
  };
}

const saidOf = ({ name }: Column, declared: Declared): MetricColumn | undefined =>
  Object.hasOwn(declared, name) ? declared[name] : undefined;

/** As the experiment declares it, or as its lines suggest. */
export function axesOf(columns: Columns, column: Column, declared: Declared = {}): Axes {
  const others = columns.all().map((other) => axisColumn(other, column));
  const { x, by } = metricAxes({ name: column.name, lines: column.lines.length }, others, saidOf(column, declared));
  return { x: x ?? 'line', by };
}

/** Lines are looked through where it is asked for: few columns can be an axis at all. */
const axisColumn = (other: Column, metric: Column): AxisColumn => ({
  name: other.name,
  kind: kindOf(other),
  linesBeside: () => linesOfBoth(other, metric),
  variesBeside: () => variesBeside(other, metric),
});

function kindOf({ count, whole, texts, lines }: Column): AxisColumn['kind'] {
  if (count === 0) return texts.length <= MOST_CURVE_TEXTS ? 'text' : 'other';
  return whole && count === lines.length ? 'whole' : 'number';
}

function linesOfBoth(a: Column, b: Column): number {
  let both = 0;
  meet(a, b, () => {
    both++;
    return true;
  });
  return both;
}

function variesBeside(other: Column, metric: Column): boolean {
  let first: Scalar | undefined;
  let varies = false;
  meet(other, metric, (i) => {
    const value = valueAt(other, i);
    first ??= value;
    varies = value !== first;
    return !varies;
  });
  return varies;
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
