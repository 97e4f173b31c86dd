import * as Plot from '@observablehq/plot';
import { numberIn } from '@unbraid/experiment/statistics';
import type { Sweep } from '../../api.ts';
import { figureFont } from '../chart/font.ts';
import { lookOf, paperOf } from '../chart/look.ts';
import { formatNumber } from '../values/format.ts';
import { parallelAxes } from './parallel.ts';
import { historyOf, resultOf } from './trials.ts';

/** What a sweep's figures are drawn by. */
export interface FigureContext {
  readonly sweep: Sweep;
  readonly metric: string;
  readonly goal: 'min' | 'max';
  readonly isDark: boolean;
  /** In px. */
  readonly width: number;
  /** The configuration that is best; its trials are drawn over the others. */
  readonly best: number | undefined;
}

type Figure = SVGSVGElement | HTMLElement;

const style = { fontFamily: figureFont, fontSize: '12px', background: 'none', overflow: 'visible' };
const TITLE = 26;

/** Trials as lines over upright axes, one for each setting and one for the result. */
export function drawParallel({ sweep, metric, isDark, width, best }: FigureContext): Figure {
  const axes = parallelAxes(sweep, metric);
  const paper = paperOf(isDark);
  const [ordinary, bright] = [lookOf(0, isDark).colour, lookOf(1, isDark).colour];
  const points = sweep.trials.flatMap((trial) =>
    axes.flatMap((axis, x) => {
      const y = axis.place(trial);
      return y === undefined ? [] : [{ x, y, trial: trial.number, best: trial.configuration === best }];
    }),
  );
  const ticks = axes.flatMap((axis, x) => axis.ticks.map(({ at, label }) => ({ x, y: at, label })));
  const lines = (isBest: boolean) =>
    Plot.line(
      points.filter((point) => point.best === isBest),
      {
        ...{ x: 'x', y: 'y', z: 'trial', curve: 'bump-x' as const },
        ...(isBest
          ? { stroke: bright, strokeWidth: 2.5 }
          : { stroke: ordinary, strokeOpacity: sweep.trials.length > 60 ? 0.25 : 0.5 }),
      },
    );
  return Plot.plot({
    style,
    width,
    height: 340,
    margin: 24,
    marginTop: 40,
    marginLeft: 70,
    marginRight: 76,
    x: { axis: null, domain: [0, Math.max(1, axes.length - 1)] },
    y: { axis: null, domain: [0, 1] },
    marks: [
      Plot.ruleX(axes, { x: (_, i) => i, y1: 0, y2: 1, stroke: paper.quiet }),
      lines(false),
      lines(true),
      Plot.text(ticks, {
        ...{
          x: 'x',
          y: 'y',
          text: 'label',
          filter: ({ x }: { x: number }) => x > 0,
          dx: 6,
          textAnchor: 'start' as const,
        },
        ...{ fill: paper.ink, stroke: paper.ground, strokeWidth: 4 },
      }),
      // Those of the first axis stand outside, where no line is.
      Plot.text(ticks, {
        ...{
          x: 'x',
          y: 'y',
          text: 'label',
          filter: ({ x }: { x: number }) => x === 0,
          dx: -6,
          textAnchor: 'end' as const,
        },
        fill: paper.ink,
      }),
      ...axes.map(({ name }, i) =>
        Plot.text([name], {
          ...{ x: [i], y: [1], text: [name], dy: -TITLE, fill: paper.ink, fontWeight: 600 },
          textAnchor: i === 0 ? 'start' : i === axes.length - 1 ? 'end' : 'middle',
          dx: i === 0 ? -60 : i === axes.length - 1 ? 70 : 0,
          lineWidth: Math.max(5, width / axes.length / 12),
          textOverflow: 'ellipsis',
        }),
      ),
    ],
  });
}

/** The result against one setting, a point for each trial. */
export function drawScatter(context: FigureContext & { readonly setting: string }): Figure {
  const { sweep, metric, isDark, width, setting, best } = context;
  const log = sweep.axes.find(({ name }) => name === setting)?.log ?? false;
  const trials = sweep.trials.flatMap((trial) => {
    const [value, result] = [trial.settings[setting], resultOf(trial, metric)];
    if (value === undefined || result === undefined || !Number.isFinite(result)) return [];
    return [{ value: numberIn(value) ?? String(value), result, best: trial.configuration === best }];
  });
  const numeric = trials.every(({ value }) => typeof value === 'number');
  const point = (isBest: boolean) => ({
    ...{ x: 'value', y: 'result', r: isBest ? 6 : 4 },
    ...{ stroke: lookOf(isBest ? 1 : 0, isDark).colour, symbol: isBest ? ('star' as const) : ('circle' as const) },
    ...(isBest && { fill: lookOf(1, isDark).colour }),
  });
  return Plot.plot({
    ...framed(context),
    width,
    x: {
      label: setting,
      labelAnchor: 'right',
      ...(numeric
        ? { type: log ? ('log' as const) : ('linear' as const), nice: true, ticks: 6 }
        : { type: 'point' as const }),
      ...(log && { tickFormat: (value: number) => formatNumber(value, 3) }),
    },
    marks: [
      Plot.dot(
        trials.filter((trial) => !trial.best),
        point(false),
      ),
      Plot.dot(
        trials.filter((trial) => trial.best),
        point(true),
      ),
    ],
  });
}

/** Each trial's result in the order in which they were made, and the best so far. */
export function drawHistory(context: FigureContext): Figure {
  const { sweep, metric, goal, isDark, width } = context;
  const history = historyOf(sweep.trials, metric, goal);
  return Plot.plot({
    ...framed(context),
    width,
    x: { label: 'trial', labelAnchor: 'right', tickFormat: 'd', ticks: Math.min(8, history.length) },
    marks: [
      Plot.dot(history, { x: 'number', y: 'result', r: 3.5, stroke: lookOf(0, isDark).colour }),
      Plot.line(history, {
        x: 'number',
        y: 'best',
        curve: 'step-after',
        strokeWidth: 2,
        stroke: lookOf(1, isDark).colour,
      }),
    ],
  });
}

const framed = ({ isDark, metric }: FigureContext) => ({
  style: { ...style, color: paperOf(isDark).ink },
  height: 280,
  marginLeft: 56,
  marginTop: 30,
  marginBottom: 40,
  grid: true,
  // The marks of the first and the last lie beside the axis, not on it.
  insetLeft: 10,
  insetRight: 10,
  y: {
    label: `↑ ${metric}`,
    labelArrow: 'none' as const,
    nice: true,
    ticks: 6,
    tickFormat: (value: number) => formatNumber(value, 4),
  },
});
