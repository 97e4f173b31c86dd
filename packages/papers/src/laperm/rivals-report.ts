import { deviation, hundredths, mean, palette, type RunContext, type Summary } from '@unbraid/experiment';
import type { RivalScores } from './rival-fit.ts';
import { type RivalName, rivalMethod, rivalNames } from './rival-methods.ts';
import { type RivalNetworkName, rivalNetworks } from './rival-networks.ts';

/** One training: to choose a setting, or of the chosen one. */
export interface RivalTrial extends RivalScores {
  readonly network: RivalNetworkName;
  readonly method: RivalName;
  /** Which of the method's choices. */
  readonly choice: number;
  readonly run: number;
}

/** The trials of a method. */
const trialsOf = (trials: readonly RivalTrial[], network: RivalNetworkName, method: RivalName) =>
  trials.filter((trial) => trial.network === network && trial.method === method);

/** The choice whose mean validation accuracy is highest, the first of equal ones; 0 where none was tried. */
export function chosenRival(tuned: readonly RivalTrial[], network: RivalNetworkName, method: RivalName): number {
  const own = trialsOf(tuned, network, method);
  const validationOf = (choice: number) =>
    mean(own.filter((trial) => trial.choice === choice).map(({ validation }) => validation));
  const choices = [...new Set(own.map(({ choice }) => choice))];
  return choices.reduce((best, each) => (validationOf(each) > validationOf(best) ? each : best), choices[0] ?? 0);
}

/** How a method's mean on a network is called in the summary: `mlpLaperm`. */
export const rivalKey = (network: RivalNetworkName, method: RivalName): string =>
  `${network}${method[0]!.toUpperCase()}${method.slice(1)}`;

/** The numbers that the experiment's `summary` explains: `mlpLaperm`, `mlpLapermStd`, `mlpLapermBits`. */
export const summarizeRivals = (trials: readonly RivalTrial[]): Summary =>
  Object.fromEntries(
    [...new Set(trials.map(({ network }) => network))].flatMap((network) =>
      rivalNames.flatMap((method) => {
        const own = trialsOf(trials, network, method);
        if (own.length === 0) return [];
        const [key, tests] = [rivalKey(network, method), own.map(({ test }) => test)];
        return [
          [key, hundredths(mean(tests))],
          [`${key}Std`, hundredths(deviation(tests))],
          [`${key}Bits`, hundredths(mean(own.map(({ bits }) => bits)))],
        ];
      }),
    ),
  );

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

export async function reportRivals(
  context: Report,
  tuned: readonly RivalTrial[],
  trials: readonly RivalTrial[],
): Promise<void> {
  for (const network of new Set(trials.map((trial) => trial.network))) {
    rivalsTable(context, network, trials);
    if (tuned.length > 0) tuningTable(context, network, tuned);
    await rivalsFigure(context, network, trials);
  }
}

const shown = (own: number): string => (Number.isNaN(own) ? '' : `${own}`);

function rivalsTable(context: Report, network: RivalNetworkName, trials: readonly RivalTrial[]): void {
  const { title, foldedTitle } = rivalNetworks[network];
  context.table(network, {
    title: `Test accuracy and bits a weight of ${title}`,
    caption:
      `Percent, mean and standard deviation over seeds, of the epoch that is best in validation; learning rate and own setting chosen by validation on other seeds. Bits tell a network to someone ` +
      `who can draw its first parameters, the seed's 32 among them, for each weight. Hidden-fold network: ${foldedTitle}.`,
    columns: [
      'method',
      'test',
      '±',
      'validation',
      'bits a weight',
      'weights',
      'kB',
      'learning rate',
      'own setting',
      'epoch',
      'seconds',
    ],
    rows: rivalNames.flatMap((name) => {
      const own = trialsOf(trials, network, name);
      if (own.length === 0) return [];
      const { title: method, setting, choices } = rivalMethod(name);
      const { learningRate, own: chosen } = choices[own[0]!.choice]!;
      const average = (of: (trial: RivalTrial) => number) => mean(own.map(of));
      return [
        [
          method,
          average(({ test }) => test).toFixed(2),
          deviation(own.map(({ test }) => test)).toFixed(2),
          average(({ validation }) => validation).toFixed(2),
          average(({ bits }) => bits).toFixed(2),
          own[0]!.weights,
          (average(({ bits, weights }) => bits * weights) / 8000).toFixed(1),
          learningRate,
          `${setting} ${shown(chosen)}`.trim(),
          average(({ epoch }) => epoch).toFixed(1),
          average(({ seconds }) => seconds).toFixed(1),
        ],
      ];
    }),
  });
}

function tuningTable(context: Report, network: RivalNetworkName, tuned: readonly RivalTrial[]): void {
  context.table(`${network}-tuning`, {
    title: `Settings that were tried for ${rivalNetworks[network].title}`,
    caption: 'Mean validation accuracy in percent, with seeds that are not reported.',
    columns: ['method', 'learning rate', 'own setting', 'validation'],
    rows: rivalNames.flatMap((name) =>
      rivalMethod(name).choices.flatMap(({ learningRate, own }, choice) => {
        const tried = trialsOf(tuned, network, name).filter((trial) => trial.choice === choice);
        if (tried.length === 0) return [];
        return [
          [
            rivalMethod(name).title,
            learningRate,
            shown(own),
            mean(tried.map(({ validation }) => validation)).toFixed(2),
          ],
        ];
      }),
    ),
  });
}

function rivalsFigure(context: Report, network: RivalNetworkName, trials: readonly RivalTrial[]): Promise<void> {
  const rows = rivalNames.flatMap((name) => {
    const own = trialsOf(trials, network, name);
    if (own.length === 0) return [];
    const label = `${rivalMethod(name).title}, ${mean(own.map(({ bits }) => bits)).toFixed(2)}`;
    return own.map(({ test }) => ({ label, test }));
  });
  return context.figure(network, {
    title: `Test accuracy of ${rivalNetworks[network].title}`,
    caption: 'A dot for each network, a line at the mean; behind each method the bits a weight that tell its networks.',
    plot: (Plot) => ({
      marginLeft: 220,
      x: { label: 'test accuracy in percent', zero: false, nice: true, grid: true },
      y: { label: null, domain: [...new Set(rows.map(({ label }) => label))] },
      marks: [
        Plot.dot(rows, { x: 'test', y: 'label', fill: palette[0], r: 3 }),
        Plot.tickX(rows, Plot.groupY({ x: 'mean' }, { x: 'test', y: 'label', stroke: palette[1], strokeWidth: 2 })),
      ],
    }),
  });
}
