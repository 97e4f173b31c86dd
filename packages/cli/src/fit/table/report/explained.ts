import { palette } from '@unbraid/experiment';
import type { Dependence, Explained } from '../explain.ts';
import type { Answers } from '../scores/answers.ts';
import type { TableSource } from '../source.ts';
import type { Report } from './scores.ts';

const MOST_COLUMNS = 25;

/** What each column is worth. */
export function importanceFigure(
  report: Report,
  { importance, importanceRows }: Explained,
  task: Answers['task'],
): Promise<void> {
  const shown = importance.slice(0, MOST_COLUMNS);
  const what = task === 'regression' ? 'fall of R²' : 'rise of the log loss';
  const widest = Math.max(...shown.map(({ column }) => column.length));
  const left = importance.length - shown.length;
  return report.figure('importance', {
    title: `Importance of columns: ${what} when a column is shuffled`,
    caption: `On ${importanceRows.toLocaleString('en-US')} held-out rows of the first fold; mean, least and most over shuffles. Columns that say the same share what they are worth.${left > 0 ? ` The ${left} least important ones are not shown.` : ''}`,
    plot: (plot) => ({
      height: Math.max(160, 24 * shown.length + 80),
      marginLeft: Math.min(180, 24 + 7 * widest),
      x: { label: what, nice: true },
      y: { domain: shown.map(({ column }) => column), label: null, tickFormat: shortName },
      marks: [
        plot.ruleX([0], { stroke: 'currentColor', strokeOpacity: 0.6 }),
        plot.barX(shown, { y: 'column', x: 'mean', fill: palette[0], insetTop: 3, insetBottom: 3 }),
        plot.ruleY(shown, { y: 'column', x1: 'least', x2: 'most', stroke: 'currentColor' }),
      ],
    }),
  });
}

const shortName = (name: string): string => (name.length > 24 ? `${name.slice(0, 23)}…` : name);

/** Most classes that a figure has curves for. */
const MOST_CLASSES = 6;

/** A figure for each column, the most important first. */
export async function dependenceFigures(
  report: Report,
  { answers, target }: TableSource,
  { dependence, dependenceRows }: Explained,
): Promise<void> {
  for (const [i, each] of dependence.entries()) {
    const series = seriesOf(answers, each);
    const points = series.flatMap(({ name, means }) => each.values.map((x, at) => ({ x, y: means[at]!, name })));
    const label =
      answers.task === 'regression'
        ? `mean predicted ${target.column}`
        : answers.classes.length === 2
          ? `mean probability of ${answers.classes[1]}`
          : 'mean probability';
    const isNumber = each.kind === 'number' || each.kind === 'date';
    const widest = Math.max(...each.values.map((value) => String(value).length));
    await report.figure(`dependence-${i + 1}`, {
      title: `Partial dependence on ${each.column}`,
      caption: `Mean prediction over ${dependenceRows.toLocaleString('en-US')} rows, the other columns as they are, when ${each.column} is set to one value after the other${isNumber ? ', from its 5% quantile to its 95% quantile' : ''}.`,
      plot: (plot) => ({
        height: 300,
        marginLeft: 72,
        ...(!isNumber && each.values.length > 5 && { marginBottom: Math.min(150, 40 + 6 * widest) }),
        x: isNumber
          ? { label: each.column, ...(each.kind === 'date' && { type: 'utc' as const }) }
          : {
              type: 'point',
              domain: each.values.map(String),
              label: each.column,
              tickFormat: shortName,
              ...(each.values.length > 5 && { tickRotate: -40 }),
            },
        y: { label, nice: true },
        ...(series.length > 1 && {
          color: {
            legend: true,
            domain: series.map(({ name }) => name),
            range: palette.slice(0, series.length),
            label: target.column,
          },
        }),
        marks: [
          ...(isNumber ? [plot.line(points, { x: xOf(each), y: 'y', stroke: strokeOf(series), z: 'name' })] : []),
          plot.dot(points, { x: xOf(each), y: 'y', fill: strokeOf(series), r: isNumber ? 2.5 : 5 }),
        ],
      }),
    });
  }
}

type Series = { readonly name: string; readonly means: readonly number[] };

const strokeOf = (series: readonly Series[]): string => (series.length > 1 ? 'name' : palette[0]);

const xOf =
  ({ kind }: Dependence) =>
  ({ x }: { x: string | number }) =>
    kind === 'date' ? new Date(x) : kind === 'number' ? x : String(x);

/** The quantity; the second class of two; or the classes that change most. */
function seriesOf(answers: Answers, { means }: Dependence): Series[] {
  if (answers.task === 'regression') return [{ name: '', means: means[0]! }];
  const { classes } = answers;
  if (classes.length === 2) return [{ name: classes[1]!, means: means[1]! }];
  const range = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
  return means
    .map((values, c) => ({ name: classes[c]!, means: values, c }))
    .sort((a, b) => range(b.means) - range(a.means))
    .slice(0, MOST_CLASSES)
    .sort((a, b) => a.c - b.c);
}
