import { deviation, hundredths, mean, palette, type RunContext, type Summary } from '@unbraid/experiment';
import { panelsIn } from '../panels.ts';
import type { AgnosticScore, AgnosticTrial } from './agnostic-fit.ts';
import type { AgnosticName, AgnosticRecipe } from './agnostic-recipes.ts';
import { movementFigure, pixelFigure, profileFigure, type TrainedExample } from './weight-figures.ts';

/** Mean scores of all networks of a recipe with another shared value than they were trained with. */
export interface SharedValuePoint extends AgnosticScore {
  readonly network: AgnosticName;
  readonly settings: AgnosticRecipe['settings'];
  /** The value over the one trained with. */
  readonly factor: number;
  readonly value: number;
}

export interface AgnosticResults {
  readonly trials: readonly AgnosticTrial[];
  readonly sweep: readonly SharedValuePoint[];
}

/** What Qiu and Suda report: the best test accuracy seen in the best of many runs. */
const REPORTED = { F1: 85.46, F2: 78.14 } as const;

const NETWORKS = ['F1', 'F2'] as const;
const SETTINGS = ['published', 'best'] as const;

const groupOf = (trials: readonly AgnosticTrial[], network: AgnosticName, settings: AgnosticRecipe['settings']) =>
  trials.filter((trial) => trial.network === network && trial.settings === settings);

/** The numbers that the experiment's `summary` explains. */
export function summarizeAgnostic({ trials, sweep }: AgnosticResults): Summary {
  const accuracies = (network: AgnosticName, settings: AgnosticRecipe['settings'], prefix: string) => {
    const group = groupOf(trials, network, settings);
    const tests = group.map(({ test }) => test);
    return {
      [`${prefix}Mean`]: hundredths(mean(tests)),
      [`${prefix}Deviation`]: hundredths(deviation(tests)),
      [`${prefix}Best`]: hundredths(Math.max(...tests)),
      ...(settings === 'best' && { [`${prefix}Chosen`]: hundredths(chosenOf(group).test) }),
    };
  };
  const values = (network: AgnosticName) =>
    Math.max(...trials.filter((trial) => trial.network === network).map((trial) => trial.values));
  const ours = groupOf(trials, 'F2', 'best');
  return {
    ...accuracies('F1', 'best', 'f1'),
    ...accuracies('F2', 'best', 'f2'),
    ...accuracies('F1', 'published', 'f1Published'),
    ...accuracies('F2', 'published', 'f2Published'),
    f1Values: values('F1'),
    f2Values: values('F2'),
    bitsPerWeight: Math.round(1000 * Math.max(...ours.map(({ bits }) => bits))) / 1000,
    multisetUnchanged: trials.every(({ unchanged }) => unchanged),
    valueSpread: hundredths(spreadOf(sweep)),
  };
}

/** The best in validation, the first of several. */
const chosenOf = (trials: readonly AgnosticTrial[]): AgnosticTrial =>
  trials.reduce((best, trial) => (trial.validation > best.validation ? trial : best));

function spreadOf(sweep: readonly SharedValuePoint[]): number {
  const spreads = NETWORKS.flatMap((network) =>
    SETTINGS.map((settings) => {
      const group = sweep.filter((p) => p.network === network && p.settings === settings && p.factor > 0);
      const accuracies = group.map(({ accuracy }) => accuracy);
      return accuracies.length === 0 ? 0 : Math.max(...accuracies) - Math.min(...accuracies);
    }),
  );
  return Math.max(...spreads);
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

/** The results as tables and figures. */
export async function reportAgnostic(
  context: Report,
  { trials, sweep }: AgnosticResults,
  example: TrainedExample,
): Promise<void> {
  context.table('accuracy', {
    title: 'Accuracy of weight-agnostic networks',
    caption:
      'In percent. The epoch, and for “best in validation” the network, are chosen by validation images; test images choose nothing. ' +
      'Reported by the paper: the best test accuracy seen in the best of many runs.',
    columns: [
      'network',
      'settings',
      'seeds',
      'validation mean',
      'test mean',
      'test deviation',
      'worst',
      'best',
      'best in validation',
      'reported',
    ],
    rows: NETWORKS.flatMap((network) =>
      SETTINGS.map((settings) => {
        const group = groupOf(trials, network, settings);
        const tests = group.map(({ test }) => test);
        const numbers = [
          mean(group.map(({ validation }) => validation)),
          mean(tests),
          deviation(tests),
          Math.min(...tests),
          Math.max(...tests),
          chosenOf(group).test,
          REPORTED[network],
        ];
        return [network, settings, group.length, ...numbers.map((value) => value.toFixed(2))];
      }),
    ),
  });
  context.table('shared-values', {
    title: 'Trained networks with another shared value',
    caption:
      'Means over all networks, on test images. A negative value turns the order of F1’s classes round and shuts all ReLUs of F2.',
    columns: ['network', 'settings', 'factor', 'shared value', 'accuracy in percent', 'cross entropy'],
    rows: sweep.map((p) => [
      p.network,
      p.settings,
      p.factor,
      Number(p.value.toPrecision(3)),
      p.accuracy.toFixed(2),
      p.loss.toFixed(3),
    ]),
  });
  await accuracyFigure(context, trials);
  await sharedValueFigures(context, sweep);
  await profileFigure(context, example);
  await movementFigure(context, example);
  await pixelFigure(context, example, 28);
}

const color = { label: 'settings', domain: [...SETTINGS], range: palette.slice(0, 2) };

function accuracyFigure(context: Report, trials: readonly AgnosticTrial[]): Promise<void> {
  const facet = (network: AgnosticName, settings: AgnosticRecipe['settings']) => `${network}, ${settings} settings`;
  const points = trials.map((t) => ({ group: facet(t.network, t.settings), settings: t.settings, test: t.test }));
  const groups = NETWORKS.flatMap((network) =>
    SETTINGS.map((settings) => ({
      group: facet(network, settings),
      settings,
      mean: mean(groupOf(trials, network, settings).map(({ test }) => test)),
      reported: REPORTED[network],
    })),
  );
  return context.figure('accuracies', {
    title: 'Test accuracy of networks from different seeds',
    caption:
      'A dot for each network, a line for the mean of each group. The dashed line is the accuracy that the paper reports: ' +
      'its best run, at its best epoch on test images.',
    plot: (Plot, space) => {
      const { channel, ...panels } = panelsIn(
        space,
        groups.map(({ group }) => group),
      );
      return {
        x: { axis: null },
        y: { label: 'test accuracy in percent', zero: false, nice: true, grid: true },
        ...panels,
        color,
        marks: [
          Plot.frame({ strokeOpacity: 0.2 }),
          Plot.ruleY(groups, { y: 'reported', [channel]: 'group', strokeDasharray: '5,4', strokeOpacity: 0.7 }),
          Plot.ruleY(groups, { y: 'mean', [channel]: 'group', stroke: 'settings', strokeWidth: 2, strokeOpacity: 0.7 }),
          Plot.dot(points, Plot.dodgeX('middle', { y: 'test', [channel]: 'group', fill: 'settings', r: 3.5 })),
        ],
      };
    },
  });
}

/** Mean scores of all networks of each kind against the factor of their shared value. */
async function sharedValueFigures(context: Report, sweep: readonly SharedValuePoint[]): Promise<void> {
  const points = sweep.filter(({ factor }) => factor > 0);
  const figure = (
    name: string,
    measure: keyof AgnosticScore,
    texts: { title: string; caption: string; label: string },
  ) =>
    context.figure(name, {
      title: texts.title,
      caption: texts.caption,
      plot: (Plot, space) => {
        const { channel, ...panels } = panelsIn(space, NETWORKS);
        return {
          x: {
            type: 'log',
            label: 'shared value, over the one trained with',
            ticks: [...new Set(points.map(({ factor }) => factor))].filter((factor) =>
              Number.isInteger(Math.log2(factor)),
            ),
            tickFormat: String,
          },
          y: {
            label: texts.label,
            nice: true,
            grid: true,
            ...(measure === 'loss' && { type: 'log', tickFormat: '~g' }),
          },
          ...panels,
          color,
          marks: [
            Plot.frame({ strokeOpacity: 0.2 }),
            Plot.line(points, { x: 'factor', y: measure, [channel]: 'network', stroke: 'settings', z: 'settings' }),
            Plot.dot(points, { x: 'factor', y: measure, [channel]: 'network', fill: 'settings', r: 3 }),
          ],
        };
      },
    });
  await figure('shared-value', 'accuracy', {
    title: 'Accuracy of trained networks with another shared value',
    caption:
      'Means over all networks, on test images. A positive factor scales all outputs of a ReLU network without biases alike, so the ' +
      'class stays: what a network knows is where its weights are.',
    label: 'test accuracy in percent',
  });
  await figure('shared-value-loss', 'loss', {
    title: 'Confidence of trained networks with another shared value',
    caption:
      'Means over all networks, on test images. The factor changes how sure the networks are, so the cross entropy changes.',
    label: 'cross entropy in nats',
  });
}
