import { deviation, hundredths, mean, palette, type RunContext, type Summary } from '@unbraid/experiment';
import { type ModelName, modelNames } from '@unbraid/gfgn';
import { testsOf, trainedOf } from './model-trials.ts';
import { kinds, levelName, type NoiseKind } from './noise-kinds.ts';
import type { Trial } from './trial.ts';

export interface NoisyTrial extends Trial {
  /** Of the noise: changed edges as a part of the graph's own, or standard deviations. */
  readonly level: number;
}

const levelsOf = (trials: readonly NoisyTrial[]): number[] =>
  [...new Set(trials.map(({ level }) => level))].sort((a, b) => a - b);

const testsAt = (trials: readonly NoisyTrial[], model: ModelName, level: number): number[] =>
  testsOf(
    trials.filter((trial) => trial.level === level),
    model,
  );

export function summarizeNoise(trials: readonly NoisyTrial[]): Summary {
  const levels = levelsOf(trials);
  return Object.fromEntries(
    trainedOf(modelNames, trials).flatMap((model) => {
      const [clean, noisy] = [levels[0]!, levels.at(-1)!].map((level) => mean(testsAt(trials, model, level)));
      return [
        [`${model}Clean`, hundredths(clean!)],
        [`${model}Noisy`, hundredths(noisy!)],
        [`${model}Drop`, hundredths(clean! - noisy!)],
      ];
    }),
  );
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

export async function reportNoise(
  context: Report,
  kind: NoiseKind,
  name: string,
  trials: readonly NoisyTrial[],
): Promise<void> {
  const levels = levelsOf(trials);
  const models = trainedOf(modelNames, trials);
  const { title, unit } = kinds[kind];
  context.table('noise', {
    title: `Test accuracy on ${name} ${title}`,
    caption: `Percent, mean ± standard deviation; a column is a level: ${unit}.`,
    columns: ['model', ...levels.map((level) => levelName(kind, level))],
    rows: models.map((model) => [
      model,
      ...levels.map((level) => {
        const tests = testsAt(trials, model, level);
        return `${mean(tests).toFixed(2)} ± ${deviation(tests).toFixed(2)}`;
      }),
    ]),
  });
  const points = models.flatMap((model) =>
    levels.map((level) => ({ model, level, test: mean(testsAt(trials, model, level)) })),
  );
  await context.figure('noise', {
    title: `Test accuracy on ${name} ${title}`,
    caption: 'Means over splits. What falls least can turn smoothing down where neighbours tell nothing.',
    plot: (Plot) => ({
      x: { label: unit, ticks: levels, grid: true },
      y: { label: 'test accuracy in percent', nice: true, grid: true, zero: false },
      color: { label: 'model', domain: models, range: models.map((_, i) => palette[i % palette.length]!) },
      marks: [
        Plot.line(points, { x: 'level', y: 'test', stroke: 'model', z: 'model' }),
        Plot.dot(points, { x: 'level', y: 'test', fill: 'model', r: 4 }),
      ],
    }),
  });
}
