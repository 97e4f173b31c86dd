import { basename } from 'node:path';
import { deviation, palette, type RunContext } from '@unbraid/experiment';
import { titles } from './candidates.ts';
import type { Compared } from './compare.ts';
import { classScores, type Scores } from './scores.ts';
import type { GraphSettings } from './settings.ts';
import type { Smoothing } from './smoothing.ts';
import type { GraphSource } from './source.ts';

/** Everything that a fit comes to. */
export interface Findings {
  readonly source: GraphSource;
  readonly settings: GraphSettings;
  /** The model that is saved, then what it was compared with. */
  readonly compared: readonly (Compared & { readonly scores: Scores })[];
  readonly majority: Scores;
  readonly smoothing: Smoothing | undefined;
  /** Losses of each epoch of the model that is saved. */
  readonly final: {
    readonly best: number;
    readonly train: Float64Array;
    readonly validation: Float64Array;
  };
  readonly features: number;
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

/** Tables and figures of a fit of a graph. */
export async function reportGraph(report: Report, findings: Findings): Promise<void> {
  scoresTable(report, findings);
  await scoresFigure(report, findings);
  classesTable(report, findings);
  await confusionFigure(report, findings);
  await learningFigure(report, findings);
  if (findings.smoothing) {
    await smoothingFigure(report, findings.smoothing);
    smoothingTable(report, findings.smoothing);
  }
}

const percent = (value: number): string => (100 * value).toFixed(2);

/** What was compared, the model that is saved first. */
const rowsOf = ({ compared, majority, settings }: Findings) => [
  ...compared.map(({ model, scores }) => ({ name: model as string, title: titles[model], scores })),
  ...(settings.baselines.includes('majority') ? [{ name: 'majority', title: titles.majority, scores: majority }] : []),
];

function howMeasured({ source, settings }: Findings): string {
  const { repeats } = settings;
  const times = repeats === 1 ? 'one training' : `${repeats} trainings`;
  return source.given
    ? `Test nodes are those of the column ${settings.split}; mean of ${times} from different seeds. The interval is Wilson's, of so many test nodes.`
    : `Mean over ${repeats === 1 ? 'one split' : `${repeats} splits`} of the labelled nodes, drawn ${settings.split === 'random' ? 'at random' : 'class by class'}. ${
        repeats === 1
          ? "The interval is Wilson's, of so many test nodes."
          : 'The interval is that of the mean, by Student’s t; splits overlap, so that it is rather too narrow.'
      }`;
}

function scoresTable(report: Report, findings: Findings): void {
  const { compared, settings } = findings;
  const chosen = compared.map(
    ({ outcomes, candidates }) =>
      outcomes.map(({ chosen: at }) => at + 1).join(' ') + (candidates.length === 1 ? '' : ` of ${candidates.length}`),
  );
  report.table('scores', {
    title: `${basename(settings.nodes)}: ${settings.target}, accuracy in percent`,
    caption: `${howMeasured(findings)} All models had the same choice of settings, made on every split by its validation nodes.`,
    columns: ['model', 'accuracy', '±', 'from', 'to', 'macro F1', 'settings chosen'],
    rows: rowsOf(findings).map(({ title, scores }, at) => [
      title,
      percent(scores.accuracy),
      percent(deviation(scores.accuracies)),
      percent(scores.lower),
      percent(scores.upper),
      percent(scores.macroF1),
      chosen[at] ?? '',
    ]),
  });
}

function scoresFigure(report: Report, findings: Findings): Promise<void> {
  const rows = rowsOf(findings).map(({ name, title, scores }) => ({
    name,
    title,
    accuracy: 100 * scores.accuracy,
    from: 100 * scores.lower,
    to: 100 * scores.upper,
  }));
  const each = rowsOf(findings).flatMap(({ name, title, scores }) =>
    scores.accuracies.map((value) => ({ name, title, accuracy: 100 * value })),
  );
  return report.figure('scores', {
    title: 'Accuracy on test nodes',
    caption: `${howMeasured(findings)} Small dots are the single trainings.`,
    plot: (Plot, { width }) => {
      const isNarrow = width < 500;
      const y = isNarrow ? 'name' : 'title';
      return {
        marginLeft: isNarrow ? 95 : 220,
        height: 60 + 34 * rows.length,
        x: { label: 'accuracy in percent', grid: true, nice: true },
        y: { label: null, domain: rows.map((row) => row[y]) },
        marks: [
          Plot.ruleY(rows, { y, x1: 'from', x2: 'to', stroke: 'currentColor', strokeWidth: 2 }),
          Plot.dot(each, { x: 'accuracy', y, r: 2, fill: palette[0], fillOpacity: 0.5 }),
          Plot.dot(rows, { x: 'accuracy', y, r: 5, fill: palette[0] }),
        ],
      };
    },
  });
}

function classesTable(report: Report, { source, compared, settings }: Findings): void {
  const { classes } = source;
  const { confusion } = compared[0]!.scores;
  report.table('classes', {
    title: `Class by class: ${titles[settings.model]}`,
    caption: 'In percent, on the test nodes of all splits together.',
    columns: ['class', 'labelled', 'precision', 'recall', 'F1'],
    rows: classes.map((name, k) => {
      const { precision, recall, f1 } = classScores(confusion, classes.length, k);
      return [
        name,
        source.labels.reduce((count, label) => count + Number(label === k), 0),
        percent(precision),
        percent(recall),
        percent(f1),
      ];
    }),
  });
}

/** More classes would be unreadable; the table has all. */
const MOST_SHOWN = 30;

async function confusionFigure(report: Report, { source, compared, settings }: Findings): Promise<void> {
  const { classes } = source;
  if (classes.length > MOST_SHOWN) return;
  const { confusion } = compared[0]!.scores;
  const cells = classes.flatMap((actual, i) => {
    const row = confusion.subarray(i * classes.length, (i + 1) * classes.length);
    const total = row.reduce((sum, value) => sum + value, 0);
    return classes.map((predicted, j) => ({ actual, predicted, part: total === 0 ? 0 : (100 * row[j]!) / total }));
  });
  await report.figure('confusion', {
    title: 'What is taken for what',
    caption: `Of the test nodes of each class, how many in percent ${titles[settings.model]} takes for which; all splits together.`,
    plot: (Plot, { width }) => {
      const left = Math.min(width < 500 ? 90 : 150, 20 + 7 * Math.max(...classes.map((name) => name.length)));
      const cell = Math.min(56, Math.floor((width - left - 40) / classes.length));
      const label = (name: string) => (name.length > left / 7 ? `${name.slice(0, Math.floor(left / 7) - 1)}…` : name);
      return {
        marginLeft: left,
        marginBottom: left,
        width: left + 40 + cell * classes.length,
        height: left + 40 + cell * classes.length,
        x: { label: 'predicted', domain: [...classes], tickRotate: -60, tickFormat: label, tickSize: 0 },
        y: { label: 'actual', domain: [...classes], tickFormat: label, tickSize: 0 },
        marks: [
          Plot.cell(cells, {
            x: 'predicted',
            y: 'actual',
            fill: palette[0],
            fillOpacity: (d: { part: number }) => d.part / 100,
            inset: 1,
          }),
          ...(cell < 26
            ? []
            : [
                Plot.text(
                  cells.filter(({ part }) => part >= 0.5),
                  { x: 'predicted', y: 'actual', text: (d: { part: number }) => d.part.toFixed(0) },
                ),
              ]),
        ],
      };
    },
  });
}

/** At most so many points of a curve. */
const POINTS = 400;

function learningFigure(report: Report, { final, settings }: Findings): Promise<void> {
  const step = Math.ceil(final.train.length / POINTS);
  const points = Array.from({ length: Math.ceil(final.train.length / step) }, (_, i) => i * step).flatMap((at) => [
    { epoch: at + 1, loss: final.train[at]!, of: 'training' },
    { epoch: at + 1, loss: final.validation[at]!, of: 'validation' },
  ]);
  return report.figure('learning', {
    title: 'Learning curves of the model that is saved',
    caption: `Mean cross-entropy of ${titles[settings.model]}, of training nodes with dropout. The parameters kept are those of epoch ${final.best}, the best by validation.`,
    plot: (Plot) => ({
      x: { label: 'epoch', grid: true },
      y: { label: 'loss in nats', grid: true, zero: true },
      color: { legend: true, label: null, domain: ['training', 'validation'], range: [palette[0]!, palette[1]!] },
      marks: [
        Plot.ruleX([final.best], { stroke: 'currentColor', strokeDasharray: '3,3', strokeOpacity: 0.7 }),
        Plot.line(points, { x: 'epoch', y: 'loss', stroke: 'of', z: 'of', strokeWidth: 1.5 }),
      ],
    }),
  });
}

const EXTREMES = 10;

/** Features in the order of their scores, the largest first. */
const ordered = ({ names, scores, alike }: Smoothing) =>
  names.map((name, d) => ({ name, score: scores[d]!, alike: alike[d]! })).sort((a, b) => b.score - a.score);

const WHAT =
  'A score of 0 leaves a column as it is, 1 replaces it by its mean over neighbours, as a GCN does with every column alike.';

function smoothingFigure(report: Report, smoothing: Smoothing): Promise<void> {
  const all = ordered(smoothing);
  const points = all.filter(({ alike }) => Number.isFinite(alike));
  const few = points.length <= 2 * EXTREMES;
  return report.figure('smoothing', {
    title: 'How much each column is smoothed along the edges',
    caption: `${WHAT} Learned by gates on the columns themselves, with a classifier behind them whose test accuracy is ${percent(smoothing.test)}%. What neighbours have in common lies on the right.`,
    plot: (Plot) => ({
      marginRight: 40,
      x: { label: 'correlation of the column between neighbours', grid: true, nice: true },
      y: { label: 'smoothing score', grid: true, domain: [0, 1] },
      marks: [
        Plot.dot(points, { x: 'alike', y: 'score', r: few ? 4 : 2.5, fill: palette[0], fillOpacity: few ? 1 : 0.6 }),
        ...(few ? [Plot.text(points, { x: 'alike', y: 'score', text: 'name', dy: -9 })] : []),
      ],
    }),
  });
}

function smoothingTable(report: Report, smoothing: Smoothing): void {
  const all = ordered(smoothing);
  const cut = all.length > 2 * EXTREMES;
  report.table('smoothing', {
    title: cut
      ? `The ${EXTREMES} columns that are smoothed most, and the ${EXTREMES} least`
      : 'How much each column is smoothed',
    caption: WHAT,
    columns: ['column', 'smoothing score', 'correlation between neighbours'],
    rows: (cut ? [...all.slice(0, EXTREMES), ...all.slice(-EXTREMES)] : all).map(({ name, score, alike }) => [
      name,
      score.toFixed(3),
      Number.isFinite(alike) ? alike.toFixed(3) : 'none',
    ]),
  });
}
