import type { PlotOptions } from '@observablehq/plot';
import type { Figure, PlotModule } from '../context.ts';
import { formatNumber } from '../report/format.ts';
import { axisOf } from './axis.ts';
import { bestColour, color, type Ranked } from './ranks.ts';
import type { SweepReport } from './swept.ts';

/** px that the name of an axis takes beside another. */
const AXIS_WIDTH = 92;

/** What is drawn: axes, each from 0 to 1, their ticks, and where each configuration stands on each. */
interface Lines {
  readonly axes: readonly { readonly name: string }[];
  readonly ticks: readonly { readonly name: string; readonly place: number; readonly text: string }[];
  readonly points: readonly (Ranked & { readonly name: string; readonly place: number })[];
}

/** All settings side by side, and the metric as the last of them. */
export function parallelFigure(
  { metric, space }: SweepReport['settings'],
  keys: readonly string[],
  ranked: readonly Ranked[],
): Figure {
  const scores = ranked.map(({ score }) => score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const share = (score: number) => (high > low ? (score - low) / (high - low) : 0.5);
  const axes = [
    ...keys.map((name) => {
      const { place, ticks } = axisOf(space[name]!);
      return { name, ticks, place: (each: Ranked) => place(each.settings[name]!) };
    }),
    // A result may be called as a setting is.
    { name: `→ ${metric}`, ticks: ends(low, high), place: ({ score }: Ranked) => share(score) },
  ];
  const lines: Lines = {
    axes,
    ticks: axes.flatMap(({ name, ticks }) => ticks.map((tick) => ({ name, ...tick }))),
    points: ranked.flatMap((each) => axes.map(({ name, place }) => ({ ...each, name, place: place(each) }))),
  };
  return {
    title: 'All settings side by side',
    caption: 'A line is a configuration, and stands on each axis where its value is; the last axis is what it came to.',
    plot: (Plot, { width }) => (width / axes.length >= AXIS_WIDTH ? upright(Plot, lines) : lying(Plot, lines)),
  };
}

const ends = (low: number, high: number) => {
  const tick = (place: number, value: number) => ({ place, text: formatNumber(Number(value.toPrecision(4))) });
  return high > low ? [tick(0, low), tick(1, high)] : [tick(0.5, low)];
};

/** Marks that both have. */
function styles({ points, axes }: Lines) {
  return {
    names: axes.map(({ name }) => name),
    ofBest: points.filter(({ rank }) => rank === 'best'),
    rule: { stroke: 'currentColor', strokeOpacity: 0.4 },
    line: {
      z: 'number',
      stroke: 'rank',
      strokeWidth: 1.2,
      strokeOpacity: points.length / axes.length > 30 ? 0.45 : 0.8,
    },
    bold: { stroke: bestColour, strokeWidth: 3 },
    tick: { text: 'text', stroke: 'var(--plot-background)', strokeWidth: 4, fill: 'currentColor' },
    heading: { text: 'name', fontWeight: 600 },
  };
}

/** Axes from the bottom up, side by side. */
function upright(Plot: PlotModule, lines: Lines): PlotOptions {
  const { names, ofBest, rule, line, bold, tick, heading } = styles(lines);
  return {
    color,
    grid: false,
    marginLeft: 56,
    marginRight: 72,
    marginTop: 48,
    marginBottom: 24,
    x: { type: 'point', domain: names, axis: null },
    y: { axis: null, domain: [0, 1] },
    marks: [
      Plot.ruleX(names, rule),
      Plot.line(lines.points, { x: 'name', y: 'place', ...line }),
      Plot.line(ofBest, { x: 'name', y: 'place', ...bold }),
      Plot.text(lines.ticks, { x: 'name', y: 'place', ...tick, dx: 6, textAnchor: 'start' }),
      Plot.text(lines.axes, { x: 'name', ...heading, frameAnchor: 'top', dy: -26 }),
    ],
  };
}

/** Axes from left to right, one below the other, where their names have no room side by side. */
function lying(Plot: PlotModule, lines: Lines): PlotOptions {
  const { names, ofBest, rule, line, bold, tick, heading } = styles(lines);
  return {
    color,
    grid: false,
    height: 40 + 58 * names.length,
    marginLeft: 16,
    marginRight: 40,
    marginBottom: 24,
    x: { axis: null, domain: [0, 1] },
    y: { type: 'point', domain: names, axis: null },
    marks: [
      Plot.ruleY(names, rule),
      Plot.line(lines.points, { x: 'place', y: 'name', ...line }),
      Plot.line(ofBest, { x: 'place', y: 'name', ...bold }),
      Plot.text(lines.ticks, { x: 'place', y: 'name', ...tick, dy: 9 }),
      Plot.text(lines.axes, { y: 'name', ...heading, frameAnchor: 'left', textAnchor: 'start', dy: -9 }),
    ],
  };
}
