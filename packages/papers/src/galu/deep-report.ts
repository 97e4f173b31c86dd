import { deviation, hundredths, mean, type RunContext, type Summary } from '@unbraid/experiment';
import { panelsIn } from '../panels.ts';
import type { DeepFit } from './deep-fits.ts';
import { type DeepSetName, deepSets, deepSetTitles } from './deep-images.ts';
import { baseOf, type DeepMethod, deepMethods, titleOf } from './deep-methods.ts';

/** A training: to choose a rate, or to be reported at the chosen one. */
export interface DeepTrial extends Omit<DeepFit, 'params'> {
  readonly data: DeepSetName;
  readonly method: DeepMethod;
  readonly rate: number;
  /** Counted from 0; those that choose have another seed than all that are reported. */
  readonly run: number;
}

export interface DeepResults {
  readonly tuned: readonly DeepTrial[];
  readonly trials: readonly DeepTrial[];
  /** Data sets whose files can't be had, and why. */
  readonly skipped: readonly { readonly data: DeepSetName; readonly why: string }[];
}

const of = (trials: readonly DeepTrial[], data: DeepSetName, method: DeepMethod): DeepTrial[] =>
  trials.filter((trial) => trial.data === data && trial.method === method);

/** The rate of the best validation accuracy, the first of equal ones. */
export const chosenRate = (tuned: readonly DeepTrial[], data: DeepSetName, method: DeepMethod): number =>
  of(tuned, data, method).reduce((best, each) => (each.validation > best.validation ? each : best)).rate;

/** How a method's mean on a data set is called in the summary. */
export const keyOf = (data: DeepSetName, method: DeepMethod): string =>
  data === 'mnist' ? method : `fashion${method[0]!.toUpperCase()}${method.slice(1)}`;

export const deepSummary: Readonly<Record<string, string>> = Object.fromEntries(
  deepSets.flatMap((data) =>
    deepMethods.flatMap((method) => [
      [
        keyOf(data, method),
        `Mean test accuracy in percent on ${deepSetTitles[data]}: ${titleOf(method)}; left out where it was not trained`,
      ],
      [`${keyOf(data, method)}Std`, 'Standard deviation of the same over seeds, in percentage points'],
    ]),
  ),
);

export function summarizeDeep({ trials }: Pick<DeepResults, 'trials'>): Summary {
  const summary: Summary = {};
  for (const data of deepSets)
    for (const method of deepMethods) {
      const tests = of(trials, data, method).map(({ test }) => test);
      if (tests.length === 0) continue;
      summary[keyOf(data, method)] = hundredths(mean(tests));
      summary[`${keyOf(data, method)}Std`] = hundredths(deviation(tests));
    }
  return summary;
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

export async function reportDeep(context: Report, results: DeepResults): Promise<void> {
  accuracyTable(context, results);
  tuningTable(context, results);
  if (results.skipped.length > 0)
    context.table('skipped', {
      title: 'Data sets that were left out',
      columns: ['data', 'why'],
      rows: results.skipped.map(({ data, why }) => [deepSetTitles[data], why]),
    });
  await accuracyFigure(context, results.trials);
}

const eachOf = (trials: readonly DeepTrial[]) =>
  deepSets.flatMap((data) =>
    deepMethods
      .map((method) => ({ data, method, found: of(trials, data, method) }))
      .filter(({ found }) => found.length > 0),
  );

function accuracyTable(context: Report, { trials }: DeepResults): void {
  const shown = (values: readonly number[]) => mean(values).toFixed(2);
  context.table('accuracy', {
    title: 'Test accuracy of deep networks whose gates are apart from their linear parts',
    caption:
      'Percent, mean and standard deviation over seeds. The rate of each method is the one of the best validation accuracy on another seed; the epoch is that of the best validation ' +
      'accuracy. Gates of a trained ReLU network are those of the ReLU network of the same seed, whose training is not in the seconds.',
    columns: ['data', 'network', 'test', '±', 'validation', 'rate', 'epoch', 'seconds'],
    rows: eachOf(trials).map(({ data, method, found }) => [
      deepSetTitles[data],
      titleOf(method),
      shown(found.map(({ test }) => test)),
      deviation(found.map(({ test }) => test)).toFixed(2),
      shown(found.map(({ validation }) => validation)),
      found[0]!.rate,
      mean(found.map(({ epoch }) => epoch)).toFixed(1),
      mean(found.map(({ seconds }) => seconds)).toFixed(1),
    ]),
  });
}

function tuningTable(context: Report, { tuned }: DeepResults): void {
  context.table('rates', {
    title: 'Validation accuracy of the rates that were tried',
    caption: 'Percent, with a seed that is not reported.',
    columns: ['data', 'network', 'rate', 'validation'],
    rows: tuned.map(({ data, method, rate, validation }) => [
      deepSetTitles[data],
      titleOf(method),
      rate,
      validation.toFixed(2),
    ]),
  });
}

function accuracyFigure(context: Report, trials: readonly DeepTrial[]): Promise<void> {
  const points = eachOf(trials).flatMap(({ data, method, found }) =>
    found.map(({ test }) => ({ test, name: titleOf(method), data: deepSetTitles[data] })),
  );
  const names = [...new Set(points.map(({ name }) => name))];
  const means = eachOf(trials).map(({ data, method, found }) => ({
    test: mean(found.map(({ test }) => test)),
    name: titleOf(method),
    data: deepSetTitles[data],
  }));
  return context.figure('accuracy', {
    title: 'Test accuracy by where gates come from',
    caption: 'A dot is a seed, a line their mean.',
    plot: (Plot, { width }) => ({
      x: { label: 'test accuracy in percent', nice: true, ticks: width < 500 ? 4 : 8 },
      y: { label: null, domain: names, tickFormat: (name: string) => (width < 500 ? shortened(name) : name) },
      ...panelsIn(
        { width: 0 },
        points.map(({ data }) => data),
      ),
      height: 90 + 26 * names.length * new Set(points.map(({ data }) => data)).size,
      marginLeft: width < 500 ? 170 : 330,
      marks: [
        Plot.frame({ strokeOpacity: 0.2 }),
        Plot.tickX(means, { x: 'test', y: 'name', fy: 'data', strokeWidth: 2, strokeOpacity: 0.5 }),
        Plot.dot(points, { x: 'test', y: 'name', fy: 'data', r: 3, fill: 'currentColor', fillOpacity: 0.6 }),
      ],
    }),
  });
}

/** Of a method's title, for narrow screens. */
const shortened = (name: string): string =>
  name
    .replace('GaLU, gates of a random network', 'random gates')
    .replace('GaLU, random half-spaces of the input', 'half-spaces')
    .replace('GaLU, gates of a trained ReLU network', 'learnt gates')
    .replace('GaLU, gates trained along', 'decoupled')
    .replace(', convolutional', ', conv.');

/** Methods, with those whose trained networks they build on before them. */
export const withBases = (methods: readonly DeepMethod[]): DeepMethod[] =>
  deepMethods.filter((method) => methods.includes(method) || methods.some((each) => baseOf(each) === method));
