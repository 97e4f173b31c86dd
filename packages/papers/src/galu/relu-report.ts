import {
  type Figure,
  mean,
  median,
  type PlotModule,
  palette,
  type RunContext,
  type Summary,
} from '@unbraid/experiment';
import { panelsIn } from '../panels.ts';
import type { Problem } from './relu-data.ts';
import type { Convex, Found, Trained } from './relu-fits.ts';

/** All networks of a problem at a penalty. */
export interface ReluResult {
  readonly problem: Problem;
  /** λ as a share of the largest. */
  readonly share: number;
  readonly penalty: number;
  /** With drawn gates. */
  readonly gated: Convex;
  readonly decomposed: Convex;
  readonly relu: Convex;
  /** With the patterns of the trained networks, too. */
  readonly optimum: Convex;
  /** By Adam: as many neurons as `relu` has, and wide. */
  readonly same: readonly Trained[];
  readonly wide: readonly Trained[];
}

/** In percent of the optimum. */
const above = ({ objective }: Found, optimum: Found): number => 100 * (objective / optimum.objective - 1);

/** The summary but for the agreement with CVXPY; `summary` of the experiment explains each. */
export function summarizeRelu(results: readonly ReluResult[]): Summary {
  const convex = results.flatMap(({ gated, relu, optimum }) => [gated, relu, optimum]);
  return {
    gap: Math.max(...convex.map(({ gap, objective }) => gap / objective)),
    decomposedAbove: median(results.map(({ decomposed, relu }) => above(decomposed, relu))),
    adamAbove: median(results.flatMap(({ same, optimum }) => same.map((found) => above(found, optimum)))),
    adamBestAbove: median(results.map(({ same, optimum }) => Math.min(...same.map((found) => above(found, optimum))))),
    adamWideAbove: median(results.flatMap(({ wide, optimum }) => wide.map((found) => above(found, optimum)))),
    drawnAbove: median(results.map(({ relu, optimum }) => above(relu, optimum))),
    testLess: mean(results.map(({ relu, wide }) => relu.test - mean(wide.map(({ test }) => test)))),
  };
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

/** The results as a table and figures. */
export async function reportRelu(context: Report, results: readonly ReluResult[]): Promise<void> {
  context.table('networks', {
    title: 'Networks at each penalty',
    caption:
      'The optimum is that with drawn gates and the patterns of all trained networks; above: how far the objective is above it, in percent. Of networks trained by Adam: medians over starts. ' +
      "Errors in percent: the teacher's variance that is missed, digits that are mistaken.",
    columns: ['problem', 'penalty', 'network', 'objective', 'gap', 'above', 'neurons', 'training', 'test', 'seconds'],
    rows: results.flatMap((result) => linesOf(result).map((line) => rowOf(result, line))),
  });
  await aboveFigure(context, results);
  await errorFigure(context, results);
  await neuronsFigure(context, results);
}

const names = ['optimum', 'ReLU, drawn gates', 'decomposed', 'Adam, same size', 'Adam, wide', 'gated'] as const;
type Name = (typeof names)[number];

interface Line {
  readonly name: Name;
  readonly found: readonly (Found & { readonly gap?: number })[];
}

const linesOf = ({ optimum, relu, decomposed, gated, same, wide }: ReluResult): Line[] => [
  { name: 'optimum', found: [optimum] },
  { name: 'ReLU, drawn gates', found: [relu] },
  { name: 'decomposed', found: [decomposed] },
  { name: 'Adam, same size', found: same },
  { name: 'Adam, wide', found: wide },
  { name: 'gated', found: [gated] },
];

function rowOf({ problem, share, optimum }: ReluResult, { name, found }: Line): (string | number)[] {
  const middle = (of: (one: Found) => number) => median(found.map(of));
  const gap = found[0]!.gap;
  return [
    ...[problem, share, name, middle(({ objective }) => objective).toPrecision(6)],
    gap === undefined ? '–' : gap.toExponential(1),
    middle((one) => above(one, optimum)).toPrecision(3),
    middle(({ neurons }) => neurons),
    middle(({ training }) => training).toFixed(2),
    middle(({ test }) => test).toFixed(2),
    middle(({ seconds }) => seconds).toFixed(2),
  ];
}

interface Point {
  readonly problem: Problem;
  readonly share: number;
  readonly name: Name;
  readonly found: Found;
  readonly above: number;
}

const pointsOf = (results: readonly ReluResult[], shown: readonly Name[]): Point[] =>
  results.flatMap((result) =>
    linesOf(result)
      .filter(({ name }) => shown.includes(name))
      .flatMap(({ name, found }) =>
        found.map((one) => ({
          ...{ problem: result.problem, share: result.share, name, found: one },
          above: above(one, result.optimum),
        })),
      ),
  );

const isByAdam = ({ name }: Pick<Point, 'name'>): boolean => name.startsWith('Adam');

type Drawing = Exclude<Figure['plot'], (...given: never) => unknown>;

/** A figure with a panel for each problem, penalties from left to right and a colour for each network that is shown. */
interface PenaltyFigure extends Pick<Figure, 'title' | 'caption'>, Pick<Drawing, 'y' | 'symbol'> {
  readonly points: readonly Pick<Point, 'problem'>[];
  readonly shown: readonly Name[];
  /** What is drawn, given the channels that all of it has. */
  readonly marks: (Plot: PlotModule, at: Readonly<Record<string, string>>) => NonNullable<Drawing['marks']>;
}

const penaltyFigure = ({ title, caption, points, shown, marks, ...scales }: PenaltyFigure): Figure => ({
  title,
  caption,
  plot: (Plot, space) => {
    const { channel, ...panels } = panelsIn(
      space,
      points.map(({ problem }) => problem),
    );
    return {
      x: { type: 'log', label: 'penalty, as a share of the largest', inset: 14, tickFormat: '~g' },
      ...scales,
      ...panels,
      color: {
        label: 'network',
        domain: [...shown],
        range: shown.map((name) => palette[names.indexOf(name) % palette.length]!),
      },
      marks: [Plot.frame({ strokeOpacity: 0.2 }), ...marks(Plot, { x: 'share', [channel]: 'problem', stroke: 'name' })],
    };
  },
});

/** Below this share of the optimum differences are within the duality gap. */
const LEAST = 1e-4;

function aboveFigure(context: Report, results: readonly ReluResult[]): Promise<void> {
  const shown: Name[] = ['ReLU, drawn gates', 'decomposed', 'Adam, same size', 'Adam, wide'];
  const points = pointsOf(results, shown).map((point) => ({ ...point, above: Math.max(LEAST, point.above) }));
  const convex = points.filter((point) => !isByAdam(point));
  const figure = penaltyFigure({
    title: 'How far above the optimum',
    caption:
      'Objective above the optimum with the patterns of all these networks, in percent, a dot for each start of Adam. What is nearer than 0.0001% stands there.',
    ...{ points, shown, symbol: { domain: shown } },
    y: { type: 'log', label: 'above the optimum in percent', tickFormat: '~g' },
    marks: (Plot, at) => [
      Plot.line(convex, { ...at, y: 'above', z: 'name' }),
      Plot.dot(points, { ...at, y: 'above', symbol: 'name', r: 4 }),
    ],
  });
  return context.figure('above', figure);
}

function errorFigure(context: Report, results: readonly ReluResult[]): Promise<void> {
  const shown: Name[] = ['ReLU, drawn gates', 'Adam, wide', 'gated'];
  const points = pointsOf(results, shown).map(({ found, ...point }) => ({ ...point, ...found }));
  const convex = points.filter((point) => !isByAdam(point));
  const figure = penaltyFigure({
    title: 'Errors along the path of penalties',
    caption:
      "Solid: on test rows; dashed: in training; of Adam a dot for each start, in test. Of the teacher's outputs the variance that is missed, of digits those mistaken.",
    ...{ points, shown },
    y: { label: 'error in percent', zero: true, nice: true },
    marks: (Plot, at) => [
      Plot.line(convex, { ...at, y: 'training', z: 'name', strokeDasharray: '5,4' }),
      Plot.line(convex, { ...at, y: 'test', z: 'name', marker: 'dot' }),
      Plot.dot(points.filter(isByAdam), { ...at, y: 'test', r: 4 }),
    ],
  });
  return context.figure('errors', figure);
}

function neuronsFigure(context: Report, results: readonly ReluResult[]): Promise<void> {
  const shown: Name[] = ['ReLU, drawn gates', 'decomposed', 'Adam, wide', 'gated'];
  const points = pointsOf(results, shown).map(({ found, ...point }) => ({ ...point, neurons: found.neurons }));
  const convex = points.filter((point) => !isByAdam(point));
  const figure = penaltyFigure({
    title: "Neurons that aren't 0",
    caption:
      'Of convex programs those that are worth their weight; of networks trained by Adam those above a thousandth of the longest, a dot for each start.',
    ...{ points, shown },
    y: { type: 'log', label: 'neurons', tickFormat: '~g' },
    marks: (Plot, at) => [
      Plot.line(convex, { ...at, y: 'neurons', z: 'name' }),
      Plot.dot(points, { ...at, y: 'neurons', r: 4 }),
    ],
  });
  return context.figure('neurons', figure);
}
