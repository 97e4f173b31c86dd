import type { Curve } from '../api.ts';
import type { Points } from './curves.ts';
import { encodeCurve } from './encode-curve.ts';
import type { LevelFile, StoredCurve, StoredLevel } from './level-file.ts';
import { sample, windowOf } from './sample.ts';

/** What part of a curve is asked for, and how closely. */
export interface Window {
  /** At most about. */
  readonly points: number;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The level that has as many points of a part as are wanted, the coarsest of those. @param share of the curve that is asked for */
const coarsest = <L>(levels: readonly L[], pointsOf: (level: L) => number, share: number, points: number): L =>
  levels.find((level) => pointsOf(level) * share >= points) ?? levels.at(-1)!;

/** A curve as it was asked for: all points where they fit, else of the coarsest level that has as many. @param levels of it */
export function drawCurve(key: Curve['key'], levels: readonly Points[], window: Window): Curve {
  const whole = levels.at(-1)!;
  const { points } = window;
  const part = cut(whole, window);
  const total = part.x.length;
  if (total <= points) return encodeCurve(key, part, total);
  const chosen = coarsest(levels, ({ x }) => x.length, total / whole.x.length, points);
  return encodeCurve(key, sample(cut(chosen, window), points), total);
}

function cut({ x, y }: Points, { from = -Infinity, to = Infinity }: Window): Points {
  const [begin, end] = windowOf(x, from, to);
  return { x: x.subarray(begin, end), y: y.subarray(begin, end) };
}

/**
 * The same of a stored curve.
 * @throws {InputError} `file` where the file is damaged
 */
export async function readCurve(file: LevelFile, { key, levels }: StoredCurve, window: Window): Promise<Curve> {
  const whole = levels.at(-1)!;
  const { points, from, to } = window;
  if (from === undefined && to === undefined) {
    const chosen = coarsest(levels, (level) => level.points, 1, points);
    return encodeCurve(key, sample(await file.read(chosen), points), whole.points);
  }
  const [begin, end] = await placesOf(file, whole, window);
  const total = end - begin;
  if (total <= points) return encodeCurve(key, await file.slice(whole, begin, end), total);
  const chosen = coarsest(levels, (level) => level.points, total / whole.points, points);
  return encodeCurve(key, sample(await partOf(file, chosen, window), points), total);
}

async function partOf(file: LevelFile, level: StoredLevel, window: Window): Promise<Points> {
  const [begin, end] = await placesOf(file, level, window);
  return file.slice(level, begin, end);
}

/** As `windowOf`: with the point before and the point after. */
async function placesOf(
  file: LevelFile,
  level: StoredLevel,
  { from = -Infinity, to = Infinity }: Window,
): Promise<readonly [begin: number, end: number]> {
  const begin = Math.max(0, (await file.search(level, from, false)) - 1);
  const end = Math.min(level.points, (await file.search(level, to, true)) + 1);
  return [begin, Math.max(begin, end)];
}
