import type uPlot from 'uplot';
import type { Line } from './line.ts';
import { lookOf } from './look.ts';
import { type LinePaths, pathsOf, UNITS } from './paths.ts';

/** What is drawn and how. */
export interface Picture {
  readonly lines: readonly Line[];
  readonly logX: boolean;
  readonly logY: boolean;
  readonly isDark: boolean;
  /** The line that the reader is at, drawn thicker. */
  readonly active: string | undefined;
}

/** Draws lines over a plot's axes. */
export interface Painter {
  paint(plot: uPlot, picture: Picture): void;
}

/** What was painted last, and a plot's width more to either side, so that panning only moves it. */
interface Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly picture: Picture;
  /** Limits that the plot had. */
  readonly limits: readonly number[];
  readonly width: number;
  readonly height: number;
  /** Where the left limit was, in px of the plot's canvas. */
  readonly left: number;
}

/** Points from which on lines are drawn as thin as can be: browsers stroke those some thirty times faster. */
const MANY_POINTS = 6000;

export function createPainter(): Painter {
  let sheet: Sheet | undefined;
  return {
    paint(plot, picture) {
      const { ctx, bbox } = plot;
      sheet = sheet && isStillRight(sheet, plot, picture) ? sheet : paintSheet(plot, picture, sheet?.canvas);
      const moved = Math.round(plot.valToPos(sheet.limits[0]!, 'x', true) - sheet.left);
      const { width, height } = bbox;
      ctx.drawImage(sheet.canvas, width - moved, 0, width, height, bbox.left, bbox.top, width, height);
      const active = picture.lines.length > 1 && picture.lines.find(({ id }) => id === picture.active);
      if (!active) return;
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, width, height);
      ctx.clip();
      paintLines(plot, ctx, { ...picture, lines: [active] }, 3 * devicePixelRatio);
      ctx.restore();
    },
  };
}

const limitsOf = ({ scales: { x, y } }: uPlot): number[] => [x!.min!, x!.max!, y!.min!, y!.max!];

function isStillRight(sheet: Sheet, plot: uPlot, { lines, logX, logY, isDark }: Picture): boolean {
  const { picture, limits, width, height, left } = sheet;
  const same = picture.lines === lines && picture.logX === logX && picture.logY === logY && picture.isDark === isDark;
  if (!same || width !== plot.bbox.width || height !== plot.bbox.height) return false;
  const [, , low, high] = limitsOf(plot);
  if (limits[2] !== low || limits[3] !== high) return false;
  // Of one width with what was painted, and not beyond it.
  const [from, to] = [plot.valToPos(limits[0]!, 'x', true), plot.valToPos(limits[1]!, 'x', true)];
  return Math.abs(to - from - width) < 0.5 && Math.abs(from - left) < width;
}

function paintSheet(plot: uPlot, picture: Picture, known = document.createElement('canvas')): Sheet {
  const { width, height, left, top } = plot.bbox;
  known.width = 3 * width;
  known.height = height;
  const ctx = known.getContext('2d')!;
  ctx.translate(width - left, -top);
  const points = picture.lines.reduce((sum, { x }) => sum + x.length, 0);
  paintLines(plot, ctx, picture, points > MANY_POINTS ? 1 : 1.6 * devicePixelRatio);
  const limits = limitsOf(plot);
  return { canvas: known, picture, limits, width, height, left: plot.valToPos(limits[0]!, 'x', true) };
}

/** Lines in the plot's pixels. */
function paintLines(plot: uPlot, ctx: CanvasRenderingContext2D, picture: Picture, lineWidth: number): void {
  const { lines, logX, logY, isDark } = picture;
  const ratio = devicePixelRatio || 1;
  const drawn = lines.flatMap((line) => {
    const paths = pathsOf(line, logX, logY);
    return paths ? [{ line, paths, moved: mover(plot, paths) }] : [];
  });
  for (const { line, paths, moved } of drawn) {
    const { colour } = lookOf(line.look, isDark);
    if (paths.band) {
      ctx.fillStyle = colour;
      ctx.globalAlpha = 0.16;
      ctx.fill(moved(paths.band));
    }
    if (paths.raw) {
      ctx.strokeStyle = colour;
      ctx.globalAlpha = 0.3;
      ctx.lineWidth = 1;
      ctx.setLineDash([]);
      ctx.stroke(moved(paths.raw));
    }
  }
  ctx.globalAlpha = 1;
  for (const { line, paths, moved } of drawn) {
    const { colour, dash } = lookOf(line.look, isDark);
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.lineWidth = lineWidth;
    ctx.setLineDash(dash.map((length) => length * ratio));
    ctx.stroke(moved(paths.line));
    ctx.setLineDash([]);
    paintMarks(plot, ctx, paths, ratio, line.x.length <= 30 && lines.length <= 12 ? line : undefined);
  }
}

/** Moves a path from its own units to where the axes are now. */
function mover(plot: uPlot, { x, y }: LinePaths): (path: Path2D) => Path2D {
  const [left, right] = x.map((value) => plot.valToPos(value, 'x', true)) as [number, number];
  const [bottom, top] = y.map((value) => plot.valToPos(value, 'y', true)) as [number, number];
  const matrix = new DOMMatrix([(right - left) / UNITS, 0, 0, (top - bottom) / UNITS, left, bottom]);
  return (path) => {
    const moved = new Path2D();
    moved.addPath(path, matrix);
    return moved;
  };
}

/** Lone points, every point of a short line, and what lies beyond the axes: ✕ at the foot for NaN, triangles at the edges for infinities. */
function paintMarks(
  { valToPos, bbox }: uPlot,
  ctx: CanvasRenderingContext2D,
  paths: LinePaths,
  ratio: number,
  all: Line | undefined,
): void {
  const dots = all ? all.x.map((x, i): readonly [number, number] => [x, all.y[i]!]) : paths.lone;
  for (const [x, y] of dots) {
    const [left, top] = [valToPos(x, 'x', true), valToPos(y, 'y', true)];
    if (!Number.isFinite(left) || !Number.isFinite(top)) continue;
    ctx.beginPath();
    ctx.arc(left, top, 2.5 * ratio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.lineWidth = 1.5 * ratio;
  const size = 4 * ratio;
  for (const { x, kind } of paths.marks) {
    const left = valToPos(x, 'x', true);
    const top = kind === 'above' ? bbox.top + size + 1 : bbox.top + bbox.height - size - 1;
    ctx.beginPath();
    if (kind === 'nan') {
      ctx.moveTo(left - size, top - size);
      ctx.lineTo(left + size, top + size);
      ctx.moveTo(left + size, top - size);
      ctx.lineTo(left - size, top + size);
      ctx.stroke();
    } else {
      const tip = kind === 'above' ? -size : size;
      ctx.moveTo(left - size, top - tip);
      ctx.lineTo(left + size, top - tip);
      ctx.lineTo(left, top + tip);
      ctx.fill();
    }
  }
}
