import { deviation, mean, type RunContext } from '@unbraid/experiment';
import { nameOf, type Recipe } from './learner-recipes.ts';
import { referenceReturns } from './reference-returns.ts';

/** What became of a learner with one seed. */
export interface LearnerTrial {
  /** Mean over the evaluation episodes. */
  readonly return: number;
  /** Learning curve: the timesteps, and the mean return of the last 100 episodes then. */
  readonly timesteps: readonly number[];
  readonly curve: readonly number[];
  /** Of learning, without what comes before the first update, and the timesteps in them. */
  readonly seconds: number;
  readonly stepsInSeconds: number;
}

/** A recipe with its trials, one for each seed. */
export interface LearnerResult {
  readonly recipe: Recipe;
  readonly trials: readonly LearnerTrial[];
}

/** Timesteps a second of all trials together. */
export const rateOf = (trials: readonly LearnerTrial[]): number =>
  mean(trials.map(({ stepsInSeconds }) => stepsInSeconds)) / mean(trials.map(({ seconds }) => seconds));

const returnsOf = (trials: readonly LearnerTrial[]) => trials.map((trial) => trial.return);

const shown = (values: readonly number[]): string => `${mean(values).toFixed(1)} ± ${deviation(values).toFixed(1)}`;

/** The table of returns, and a figure of learning curves for each environment. */
export async function reportLearners(
  context: Pick<RunContext<unknown>, 'figure' | 'table'>,
  results: readonly LearnerResult[],
  share: number,
): Promise<void> {
  context.table('returns', {
    title: 'Mean return of an episode after learning',
    caption: `Mean and standard deviation over seeds, each of the mean return of evaluation episodes that learning has not seen. Stable-Baselines3’s learnt from ${share === 1 ? 'as many timesteps' : `all timesteps, ours from a share of ${share}`}.`,
    columns: ['learner', 'timesteps', 'seeds', 'return', 'least', 'Stable-Baselines3', 'its seeds', 'steps/s'],
    rows: results.map(({ recipe, trials }) => {
      const reference = referenceReturns[nameOf(recipe)];
      return [
        nameOf(recipe),
        Math.max(...trials.flatMap(({ timesteps }) => timesteps)),
        trials.length,
        shown(returnsOf(trials)),
        Math.min(...returnsOf(trials)).toFixed(1),
        reference ? shown(reference) : '–',
        reference?.length ?? 0,
        rateOf(trials).toFixed(0),
      ];
    }),
  });
  for (const environment of new Set(results.map(({ recipe }) => recipe.environment)))
    await drawCurves(
      context,
      environment,
      results.filter(({ recipe }) => recipe.environment === environment),
    );
}

async function drawCurves(
  { figure }: Pick<RunContext<unknown>, 'figure'>,
  environment: string,
  results: readonly LearnerResult[],
): Promise<void> {
  const points = results.flatMap(({ recipe, trials }) => overSeeds(recipe.learner, trials));
  const references = results.flatMap(({ recipe }) => {
    const returns = referenceReturns[nameOf(recipe)];
    return returns ? [{ learner: recipe.learner, value: mean(returns) }] : [];
  });
  await figure(`learning-${environment}`, {
    title: `Learning ${environment}`,
    caption:
      'Mean return of the last 100 episodes while learning, mean over seeds, with a standard deviation over them shaded. Dashed: what Stable-Baselines3 reaches after learning, without exploration.',
    plot: (plot) => ({
      x: { label: 'timesteps', grid: true },
      y: { label: 'return (sum of rewards)', grid: true },
      color: { legend: true, label: 'learner' },
      marks: [
        plot.areaY(points, { x: 'timesteps', y1: 'low', y2: 'high', fill: 'learner', fillOpacity: 0.2 }),
        plot.line(points, { x: 'timesteps', y: 'value', stroke: 'learner' }),
        plot.ruleY(references, { y: 'value', stroke: 'learner', strokeDasharray: '4,4' }),
      ],
    }),
  });
}

/** Mean and deviation over seeds at each of the timesteps, which are the same for all seeds. */
function overSeeds(learner: string, trials: readonly LearnerTrial[]) {
  const [first] = trials;
  return first!.timesteps.flatMap((timesteps, i) => {
    const values = trials.map(({ curve }) => curve[i]!).filter((value) => !Number.isNaN(value));
    if (values.length === 0) return [];
    const [value, off] = [mean(values), deviation(values)];
    return [{ learner, timesteps, value, low: value - off, high: value + off }];
  });
}
