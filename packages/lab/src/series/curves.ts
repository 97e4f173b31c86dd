import type { Scalar } from '../api.ts';
import { type Column, type Columns, valueAt } from './columns.ts';
import type { Axes } from './describe-metrics.ts';

/** Curves of one run that are given; further ones are counted. */
export const MOST_CURVES = 200;

/** Points of a curve, x ascending. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A curve with all its points. */
export interface WholeCurve extends Points {
  readonly key: Readonly<Record<string, Scalar>>;
}

export interface Curves {
  readonly curves: readonly WholeCurve[];
  readonly leftOut: number;
}

/**
 * The curves of a column. Points whose place along the axis isn't known, or infinite, are left out.
 * @param seconds of the run, by line
 */
export function curvesOf(columns: Columns, seconds: Float64Array, column: Column, { x, by }: Axes): Curves {
  const placeOf = placesAlong(columns, seconds, x);
  const keys = by.flatMap((name) => columns.get(name) ?? []).map(reader);
  const groups = new Map<string, { readonly key: WholeCurve['key']; readonly x: number[]; readonly y: number[] }>();
  const beyond = new Set<string>();
  const lines = column.lines.view();
  const numbers = column.numbers.view();
  const codes = column.codes?.view();
  for (let i = 0; i < lines.length; i++) {
    if (codes !== undefined && codes[i]! >= 0) continue;
    const place = placeOf(lines[i]!);
    if (!Number.isFinite(place)) continue;
    const values = keys.map((read) => read(lines[i]!));
    const name = keys.length === 0 ? '' : JSON.stringify(values);
    let group = groups.get(name);
    if (group === undefined) {
      if (groups.size >= MOST_CURVES) {
        beyond.add(name);
        continue;
      }
      const key = Object.fromEntries(by.flatMap((each, k) => (values[k] === undefined ? [] : [[each, values[k]]])));
      group = { key, x: [], y: [] };
      groups.set(name, group);
    }
    group.x.push(place);
    group.y.push(numbers[i]!);
  }
  const curves = [...groups.values()].map(({ key, ...points }) => ({ key, ...ascending(points.x, points.y) }));
  return { curves, leftOut: beyond.size };
}

/** Where a line stands along the axis; NaN where that isn't known. Lines are asked for in their order. */
function placesAlong(columns: Columns, seconds: Float64Array, x: string): (line: number) => number {
  const column = columns.get(x);
  // A column that is called so goes before what the lab adds.
  if (column === undefined) {
    if (x === 'line') return (line) => line;
    return x === 'seconds' ? (line) => seconds[line] ?? Number.NaN : () => Number.NaN;
  }
  const at = finder(column);
  const numbers = column.numbers.view();
  return (line) => {
    const index = at(line);
    return index < 0 ? Number.NaN : numbers[index]!;
  };
}

/** The value that a line has of a column, undefined where it has none. */
function reader(column: Column): (line: number) => Scalar | undefined {
  const at = finder(column);
  return (line) => {
    const index = at(line);
    return index < 0 ? undefined : valueAt(column, index);
  };
}

/** The place of a line in a column, -1 where it isn't there. Each line that is asked for lies behind the one before. */
function finder(column: Column): (line: number) => number {
  const lines = column.lines.view();
  let next = 0;
  return (line) => {
    while (next < lines.length && lines[next]! < line) next++;
    return lines[next] === line ? next : -1;
  };
}

function ascending(x: readonly number[], y: readonly number[]): Points {
  if (x.every((value, i) => i === 0 || x[i - 1]! <= value)) return { x: Float64Array.from(x), y: Float64Array.from(y) };
  const order = x.map((_, i) => i).sort((a, b) => x[a]! - x[b]! || a - b);
  return { x: Float64Array.from(order, (i) => x[i]!), y: Float64Array.from(order, (i) => y[i]!) };
}
