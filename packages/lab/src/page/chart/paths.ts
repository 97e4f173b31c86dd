import { type Extent, isDrawable } from './extent.ts';
import type { Line } from './line.ts';

/** Paths of a line in units of their own, so that panning and zooming only move them: 0 to 1000 over the extents. */
export interface LinePaths {
  readonly x: Extent;
  readonly y: Extent;
  readonly line: Path2D;
  readonly raw: Path2D | undefined;
  readonly band: Path2D | undefined;
  /** What an axis can't show: places along x in values, and which edge they are marked at. */
  readonly marks: readonly { readonly x: number; readonly kind: 'nan' | 'above' | 'below' }[];
  /** Points without neighbours to be joined with. */
  readonly lone: readonly (readonly [x: number, y: number])[];
}

/** Units of a path over the line's own extents. */
export const UNITS = 1000;
const MARKS = 400;

const scaled = (value: number, log: boolean): number => (log ? Math.log10(value) : value);

const cache = new WeakMap<Line, Map<string, LinePaths | undefined>>();

/** The paths of a line, made once for each kind of axes; undefined where nothing of it can be drawn. */
export function pathsOf(line: Line, logX: boolean, logY: boolean): LinePaths | undefined {
  const key = `${logX} ${logY}`;
  const made = cache.get(line) ?? new Map<string, LinePaths | undefined>();
  cache.set(line, made);
  if (!made.has(key)) made.set(key, makePaths(line, logX, logY));
  return made.get(key);
}

function makePaths(line: Line, logX: boolean, logY: boolean): LinePaths | undefined {
  const { y: values, raw, band } = line;
  const x = extent([line.x], logX);
  const y = extent([values, ...(raw ? [raw] : []), ...(band ? [band.low, band.high] : [])], logY);
  const marks = marksOf(line, logX);
  if (!x || !y) return marks.length > 0 && x ? { ...empty(), x, y: logY ? [1, 10] : [0, 1], marks } : undefined;
  const [toX, toY] = [toUnits(x, logX), toUnits(y, logY)];
  const lone: [number, number][] = [];
  const draw = (points: readonly number[], onLone?: (i: number) => void): Path2D => {
    const path = new Path2D();
    let pen = false;
    for (let i = 0; i < points.length; i++) {
      const can = (at: number) => at in points && isDrawable(points[at]!, logY) && isDrawable(line.x[at]!, logX);
      if (!can(i)) pen = false;
      else {
        if (pen) path.lineTo(toX(line.x[i]!), toY(points[i]!));
        else path.moveTo(toX(line.x[i]!), toY(points[i]!));
        if (!pen && !can(i + 1)) onLone?.(i);
        pen = true;
      }
    }
    return path;
  };
  return {
    x,
    y,
    line: draw(values, (i) => lone.push([line.x[i]!, values[i]!])),
    raw: raw && draw(raw),
    band: band && bandPath(line.x, band, toX, toY, (at, value) => isDrawable(at, logX) && isDrawable(value, logY)),
    marks,
    lone,
  };
}

const empty = () => ({ line: new Path2D(), raw: undefined, band: undefined, lone: [] });

function extent(lists: readonly (readonly number[])[], log: boolean): Extent | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of lists)
    for (const value of values) {
      if (!isDrawable(value, log)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return low <= high ? [low, high] : undefined;
}

function toUnits([low, high]: Extent, log: boolean): (value: number) => number {
  const [a, b] = [scaled(low, log), scaled(high, log)];
  const size = b === a ? 0 : UNITS / (b - a);
  return (value) => (scaled(value, log) - a) * size;
}

function bandPath(
  x: readonly number[],
  { low, high }: NonNullable<Line['band']>,
  toX: (value: number) => number,
  toY: (value: number) => number,
  canDraw: (x: number, y: number) => boolean,
): Path2D {
  const path = new Path2D();
  let begin = 0;
  for (let i = 0; i <= x.length; i++) {
    if (i < x.length && canDraw(x[i]!, low[i]!) && canDraw(x[i]!, high[i]!)) continue;
    for (let j = begin; j < i; j++) path[j === begin ? 'moveTo' : 'lineTo'](toX(x[j]!), toY(high[j]!));
    for (let j = i - 1; j >= begin; j--) path.lineTo(toX(x[j]!), toY(low[j]!));
    if (i > begin) path.closePath();
    begin = i + 1;
  }
  return path;
}

function marksOf({ x, y, raw }: Line, logX: boolean): LinePaths['marks'] {
  const marks: { x: number; kind: 'nan' | 'above' | 'below' }[] = [];
  const values = raw ?? y;
  for (let i = 0; i < values.length && marks.length < MARKS; i++) {
    const value = values[i]!;
    if (Number.isFinite(value) || !isDrawable(x[i]!, logX)) continue;
    marks.push({ x: x[i]!, kind: Number.isNaN(value) ? 'nan' : value > 0 ? 'above' : 'below' });
  }
  return marks;
}
