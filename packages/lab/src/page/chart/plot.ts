import uPlot from 'uplot';
import { formatNumber } from '../values/format.ts';
import { type Extent, extentOfX, extentOfY, padded } from './extent.ts';
import { figureFont } from './font.ts';
import { logTicks } from './log-ticks.ts';
import { paperOf } from './look.ts';
import { createPainter, type Picture } from './paint.ts';

/** What a plot shows beside its lines. */
export interface PlotState extends Picture {
  readonly xLabel: string;
  /** Limits of x; undefined: all. */
  readonly range: Extent | undefined;
}

export interface PlotEvents {
  /** Where the pointer is, in values; undefined: it has gone, or moves what is shown. */
  readonly onCursor: (at: { readonly x: number; readonly y: number } | undefined) => void;
  readonly onRange: (range: Extent | undefined) => void;
}

/** A drawn chart: axes, grid, cursor and selection by uPlot, lines by us. */
export interface Plot {
  update(state: PlotState): void;
  /** Limits of x that are shown now. */
  shown(): Extent;
  /** Puts the cursor at a value of x, or takes it away. */
  point(x: number | undefined): void;
  resize(width: number, height: number): void;
  destroy(): void;
}

/** After so long without a move the reader has stopped panning, in ms. */
const STILL = 150;

/** Whether limits of x have moved and kept their width. */
function isPan({ range: a }: PlotState, { range: b, logX }: PlotState): boolean {
  if (!a || !b || a === b) return false;
  const width = ([from, to]: Extent) => (logX ? Math.log(to / from) : to - from);
  return Math.abs(width(a) - width(b)) < 1e-6 * width(a);
}

/** Limits where nothing can be drawn. */
const nothing = (log: boolean): Extent => (log ? [1, 10] : [0, 1]);

export function createPlot(host: HTMLElement, first: PlotState, events: PlotEvents): Plot {
  let state = first;
  let plot: uPlot;
  let extent: Extent | undefined;
  // While the reader pans, y stays as it is; it follows once x is still.
  let heldY: Extent | undefined;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let painter = createPainter();

  const xRange = (): Extent => state.range ?? (extent && padded(extent, state.logX, 0.01)) ?? nothing(state.logX);
  const yRange = (): Extent => {
    if (heldY) return heldY;
    const found = extentOfY(state.lines, xRange(), state.logY);
    return found ? padded(found, state.logY) : nothing(state.logY);
  };

  const make = (): uPlot => {
    const paper = paperOf(state.isDark);
    const axis = {
      stroke: paper.quiet,
      font: `12px ${figureFont}`,
      labelFont: `12px ${figureFont}`,
      grid: { stroke: paper.grid, width: 1 },
      ticks: { stroke: paper.grid, width: 1, size: 4 },
      values: (_: uPlot, splits: readonly (number | null)[]) =>
        splits.map((value) => (value === null ? '' : formatNumber(value, 6))),
    };
    const made = new uPlot(
      {
        width: Math.max(host.clientWidth, 120),
        height: Math.max(host.clientHeight, 120),
        padding: [10, 14, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false }, dataIdx: () => 0 },
        scales: {
          x: { time: false, distr: state.logX ? 3 : 1, range: () => [...xRange()] },
          y: { distr: state.logY ? 3 : 1, range: () => [...yRange()] },
        },
        axes: [
          { ...axis, ...ticksOf(state.logX), label: state.xLabel, labelSize: 20, size: 34, space: 64 },
          { ...axis, ...ticksOf(state.logY), size: axisWidth, space: 34 },
        ],
        series: [{}, { paths: () => null, points: { show: false } }],
        hooks: {
          draw: [(own) => painter.paint(own, state)],
          setCursor: [
            ({ cursor: { left = -1, top = -1 }, posToVal }) =>
              events.onCursor(left < 0 || heldY ? undefined : { x: posToVal(left, 'x'), y: posToVal(top, 'y') }),
          ],
          setSelect: [
            (own) => {
              const { left, width } = own.select;
              if (width < 4) return;
              events.onRange([own.posToVal(left, 'x'), own.posToVal(left + width, 'x')]);
              own.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      // uPlot's own series only opens the axes.
      [
        [1, 2],
        [1, 2],
      ],
      host,
    );
    panWithShift(made, events.onRange);
    made.over.addEventListener('dblclick', () => events.onRange(undefined));
    return made;
  };

  const settle = () => {
    heldY = undefined;
    const [min, max] = xRange();
    plot.setScale('x', { min, max });
  };

  extent = extentOfX(state.lines, state.logX);
  plot = make();
  return {
    update(next) {
      const last = state;
      state = next;
      if (next.lines !== last.lines || next.logX !== last.logX) extent = extentOfX(next.lines, next.logX);
      const same = (['logX', 'logY', 'isDark', 'xLabel'] as const).every((key) => next[key] === last[key]);
      if (!same) {
        heldY = undefined;
        plot.destroy();
        painter = createPainter();
        plot = make();
        return;
      }
      if (isPan(last, next)) {
        heldY ??= [plot.scales.y!.min!, plot.scales.y!.max!];
        clearTimeout(settling);
        settling = setTimeout(settle, STILL);
      } else if (next.range !== last.range || next.lines !== last.lines) heldY = undefined;
      const [min, max] = xRange();
      plot.setScale('x', { min, max });
    },
    shown: xRange,
    point(x) {
      const left = x === undefined ? -10 : plot.valToPos(x, 'x');
      plot.setCursor({ left, top: x === undefined ? -10 : plot.over.clientHeight / 2 }, false);
    },
    resize: (width, height) => plot.setSize({ width, height }),
    destroy() {
      clearTimeout(settling);
      plot.destroy();
    },
  };
}

/** uPlot's own ticks of a logarithmic axis are sparse within a decade. */
const ticksOf = (log: boolean) =>
  log
    ? {
        splits: (_: uPlot, __: number, min: number, max: number) => logTicks(min, max),
        filter: (_: uPlot, splits: number[]) => splits,
      }
    : {};

/** As wide as the longest label: uPlot asks twice, first without labels. */
function axisWidth(_: uPlot, values: readonly string[] | null): number {
  const longest = Math.max(3, ...(values ?? []).map((text) => text.length));
  return 16 + longest * 6.6;
}

/** Dragging with the shift key held moves what is shown, in steps of frames. */
function panWithShift(plot: uPlot, onRange: (range: Extent) => void): void {
  plot.over.addEventListener(
    'mousedown',
    (down) => {
      if (!down.shiftKey || down.button !== 0) return;
      down.stopImmediatePropagation();
      const rect = plot.over.getBoundingClientRect();
      const left = down.clientX - rect.left;
      const [from, to] = [plot.posToVal(0, 'x'), plot.posToVal(rect.width, 'x')];
      const log = plot.scales.x?.distr === 3;
      const move = ({ clientX }: MouseEvent) => {
        const share = (left - (clientX - rect.left)) / rect.width;
        onRange(
          log
            ? [from * (to / from) ** share, to * (to / from) ** share]
            : [from + share * (to - from), to + share * (to - from)],
        );
      };
      const up = () => {
        removeEventListener('mousemove', move);
        removeEventListener('mouseup', up);
      };
      addEventListener('mousemove', move);
      addEventListener('mouseup', up);
    },
    true,
  );
}
