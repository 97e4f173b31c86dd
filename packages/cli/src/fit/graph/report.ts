import { basename } from 'node:path';
import { deviation, palette } from '@unbraid/experiment';
import { scoreNames, type TaskName } from '@unbraid/gfgn';
import { titleOf } from './candidates.ts';
import type { Findings } from './findings.ts';
import { reportClasses } from './report-classes.ts';
import { reportSmoothing } from './report-smoothing.ts';
import { reportTargets } from './report-targets.ts';
import { percent, type Report, shown } from './report-words.ts';
import type { Scores } from './scores.ts';
import type { GraphSettings } from './settings.ts';
import { isStratified } from './splits.ts';

/** Tables and figures of a fit of a graph. */
export async function reportGraph(report: Report, findings: Findings): Promise<void> {
  scoresTable(report, findings);
  await scoresFigure(report, findings);
  const { confusion } = findings.compared[0]!.scores;
  await (confusion ? reportClasses(report, findings, confusion) : reportTargets(report, findings));
  await learningFigure(report, findings);
  if (findings.smoothing) await reportSmoothing(report, findings.smoothing, findings.settings.task);
}

/** What was compared, the model that is saved first. */
const rowsOf = ({ compared, majority, settings }: Findings) => [
  ...compared.map(({ model, scores }) => ({ name: model as string, title: titleOf(model, settings.task), scores })),
  ...(settings.baselines.includes('majority')
    ? [{ name: 'majority', title: titleOf('majority', settings.task), scores: majority }]
    : []),
];

const ofNodes = ({ task }: GraphSettings): string =>
  task === 'classification'
    ? "The interval is Wilson's, of so many test nodes."
    : 'The interval is that of test nodes drawn with replacement.';

function howMeasured({ source, settings }: Findings): string {
  const { repeats } = settings;
  const times = repeats === 1 ? 'one training' : `${repeats} trainings`;
  return source.given
    ? `Test nodes are those of the column ${settings.split}; mean of ${times} from different seeds. ${ofNodes(settings)}`
    : `Mean over ${repeats === 1 ? 'one split' : `${repeats} splits`} of the labelled nodes, drawn ${isStratified(settings.split, source.targets) ? 'class by class' : 'at random'}. ${
        repeats === 1
          ? ofNodes(settings)
          : 'The interval is that of the mean, by Student’s t; splits overlap, so that it is rather too narrow.'
      }`;
}

function scoresTable(report: Report, findings: Findings): void {
  const { compared, settings } = findings;
  const chosen = compared.map(
    ({ outcomes, candidates }) =>
      outcomes.map(({ chosen: at }) => at + 1).join(' ') + (candidates.length === 1 ? '' : ` of ${candidates.length}`),
  );
  const { task } = settings;
  const [more, moreOf] = otherScore(task);
  report.table('scores', {
    title: `${basename(settings.nodes)}: ${settings.target}, ${scoreNames[task]}${unitOf(task)}`,
    caption: `${howMeasured(findings)} All models had the same choice of settings, made on every split by its validation nodes.`,
    columns: ['model', scoreNames[task], '±', 'from', 'to', more, 'settings chosen'],
    rows: rowsOf(findings).map(({ title, scores }, at) => [
      title,
      shown(scores.score, task),
      shown(deviation(scores.values), task),
      shown(scores.lower, task),
      shown(scores.upper, task),
      moreOf(scores),
      chosen[at] ?? '',
    ]),
  });
}

const unitOf = (task: TaskName): string => (task === 'regression' ? '' : ' in percent');

/** What stands beside the score. */
function otherScore(task: TaskName): [string, (scores: Scores) => string] {
  if (task === 'regression')
    return ['mean absolute error', ({ meanAbsoluteError }) => meanAbsoluteError!.toPrecision(4)];
  return task === 'multilabel'
    ? ['accuracy', ({ accuracy }) => percent(accuracy!)]
    : ['macro F1', ({ macroF1 }) => percent(macroF1!)];
}

function scoresFigure(report: Report, findings: Findings): Promise<void> {
  const { task } = findings.settings;
  const scale = task === 'regression' ? 1 : 100;
  const rows = rowsOf(findings).map(({ name, title, scores }) => ({
    name,
    title,
    score: scale * scores.score,
    from: scale * scores.lower,
    to: scale * scores.upper,
  }));
  const each = rowsOf(findings).flatMap(({ name, title, scores }) =>
    scores.values.map((value) => ({ name, title, score: scale * value })),
  );
  return report.figure('scores', {
    title: `${scoreNames[task].replace(/^a/, 'A')} on test nodes`,
    caption: `${howMeasured(findings)} Small dots are the single trainings.`,
    plot: (Plot, { width }) => {
      const isNarrow = width < 500;
      const y = isNarrow ? 'name' : 'title';
      return {
        marginLeft: isNarrow ? 95 : 220,
        height: 60 + 34 * rows.length,
        x: { label: `${scoreNames[task]}${unitOf(task)}`, grid: true, nice: true },
        y: { label: null, domain: rows.map((row) => row[y]) },
        marks: [
          Plot.ruleY(rows, { y, x1: 'from', x2: 'to', stroke: 'currentColor', strokeWidth: 2 }),
          Plot.dot(each, { x: 'score', y, r: 2, fill: palette[0], fillOpacity: 0.5 }),
          Plot.dot(rows, { x: 'score', y, r: 5, fill: palette[0] }),
        ],
      };
    },
  });
}

/** At most so many points of a curve. */
const POINTS = 400;

const lossOf = (task: TaskName): string =>
  task === 'regression' ? 'Mean squared error, quantities having the deviation 1,' : 'Mean cross-entropy';

function learningFigure(report: Report, { final, settings }: Findings): Promise<void> {
  const step = Math.ceil(final.train.length / POINTS);
  const points = Array.from({ length: Math.ceil(final.train.length / step) }, (_, i) => i * step).flatMap((at) => [
    { epoch: at + 1, loss: final.train[at]!, of: 'training' },
    { epoch: at + 1, loss: final.validation[at]!, of: 'validation' },
  ]);
  return report.figure('learning', {
    title: 'Learning curves of the model that is saved',
    caption: `${lossOf(settings.task)} of ${titleOf(settings.model, settings.task)}, of training nodes with dropout. The parameters kept are those of epoch ${final.best}, the best by validation.`,
    plot: (Plot) => ({
      x: { label: 'epoch', grid: true },
      y: { label: settings.task === 'regression' ? 'loss' : 'loss in nats', grid: true, zero: true },
      color: { legend: true, label: null, domain: ['training', 'validation'], range: [palette[0]!, palette[1]!] },
      marks: [
        Plot.ruleX([final.best], { stroke: 'currentColor', strokeDasharray: '3,3', strokeOpacity: 0.7 }),
        Plot.line(points, { x: 'epoch', y: 'loss', stroke: 'of', z: 'of', strokeWidth: 1.5 }),
      ],
    }),
  });
}
