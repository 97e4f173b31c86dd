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
export function paintLines(plot: uPlot, { lines, logX, logY, isDark, active }: Picture): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio || 1;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineJoin = 'round';
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
      ctx.globalAlpha = 0.25;
      ctx.lineWidth = ratio;
      ctx.setLineDash([]);
      ctx.stroke(moved(paths.raw));
    }
  }
  for (const { line, paths, moved } of [...drawn].sort(
    (a, b) => Number(a.line.id === active) - Number(b.line.id === active),
  )) {
    const { colour, dash } = lookOf(line.look, isDark);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.lineWidth = (line.id === active && lines.length > 1 ? 3 : 1.6) * ratio;
    ctx.setLineDash(lines.length > 1 ? dash.map((length) => length * ratio) : []);
    ctx.stroke(moved(paths.line));
    ctx.setLineDash([]);
    paintMarks(plot, paths, ratio, line.x.length <= 30 && lines.length <= 12 ? line : undefined);
  }
  ctx.restore();
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
function paintMarks(plot: uPlot, paths: LinePaths, ratio: number, all: Line | undefined): void {
  const { ctx, bbox } = plot;
  const dots = all ? all.x.map((x, i): readonly [number, number] => [x, all.y[i]!]) : paths.lone;
  for (const [x, y] of dots) {
    const [left, top] = [plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true)];
    if (!Number.isFinite(left) || !Number.isFinite(top)) continue;
    ctx.beginPath();
    ctx.arc(left, top, 2.5 * ratio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.lineWidth = 1.5 * ratio;
  const size = 4 * ratio;
  for (const { x, kind } of paths.marks) {
    const left = plot.valToPos(x, 'x', true);
    if (left < bbox.left || left > bbox.left + bbox.width) continue;
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
