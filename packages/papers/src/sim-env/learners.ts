import { defineExperiment, mean, type RunContext } from '@unbraid/experiment';
import { evaluatePolicy, type Policy } from '@unbraid/learners';
import { z } from 'zod';
import { evaluationStarts } from './evaluation-starts.ts';
import { nameOf, type Recipe, recipes } from './learner-recipes.ts';
import { type LearnerTrial, rateOf, reportLearners } from './learners-report.ts';
import { curveOf, storeOf } from './learning-curve.ts';

const names = recipes.map(nameOf);

const settings = z.object({
  learners: z
    .array(z.enum(names as [string, ...string[]]))
    .min(1)
    .default(names)
    .describe('Learners and their environments'),
  seeds: z.int().min(1).default(5).describe('Seeds of each'),
  share: z.number().gt(0).max(1).default(1).describe('Share of the timesteps that Stable-Baselines3 learnt from'),
  evaluations: z
    .int()
    .min(1)
    .default(20)
    .describe(
      'Episodes, of seeds never learnt from, whose mean return is reported; half as many of the pension market',
    ),
});

type Settings = z.output<typeof settings>;

/** Seeds of evaluation; those of learning's episodes are drawn from 2³². */
const FIRST_EVALUATION_SEED = 1_000_000;

const camel = (recipe: Recipe): string => recipe.learner.toLowerCase() + recipe.environment;

export const learners = defineExperiment({
  name: 'sim-env/learners',
  title: 'PPO, DQN and SAC on our own engine, beside Stable-Baselines3',
  paper: 'arXiv 1707.06347; Nature 518, 529 (2015); arXiv 1812.05905',
  description:
    'Learners in TypeScript on three models: a pole on a cart, a rod to be swung up, and the pension market’s company, whose model runs unchanged in a thread. Hyperparameters are published ones ' +
    '(rl-baselines3-zoo), those of the pension market were chosen on other seeds. After learning, each policy plays episodes that it has not learnt from by its likeliest actions; what ' +
    'Stable-Baselines3 reaches in the same way was kept by scripts of this repository.',
  settings,
  presets: {
    smoke: { seeds: 2, share: 0.02, evaluations: 2 },
    short: { seeds: 3, share: 0.2, evaluations: 10 },
    full: {},
  },
  metrics: {
    meanReturn: {
      description: 'Mean return of the last 100 episodes while learning',
      x: 'timesteps',
      by: ['learner', 'run'],
    },
    evaluated: { description: 'Mean return of the evaluation episodes after learning', x: 'run', by: ['learner'] },
    seconds: { description: 'Time of learning', unit: 's', x: 'run', by: ['learner'] },
  },
  summary: Object.fromEntries(
    recipes.flatMap((recipe) => [
      [`${camel(recipe)}Return`, `Mean return of ${nameOf(recipe)} after learning, over seeds`],
      [`${camel(recipe)}Steps/s`, `Timesteps that ${nameOf(recipe)} learnt from in a second`],
    ]),
  ),
  async run(context) {
    const { learners: asked, seeds, share } = context.settings;
    const chosen = recipes.filter((recipe) => asked.includes(nameOf(recipe)));
    const plans = chosen.flatMap((recipe) => Array.from({ length: seeds }, (_, run) => ({ recipe, run })));
    const trials = await context.units(
      plans,
      ({ recipe, run }) => `${nameOf(recipe)} ${run}`,
      ({ recipe, run }) => trial(context, recipe, run),
      { label: 'learners' },
    );
    const results = chosen.map((recipe) => ({
      recipe,
      trials: trials.filter((_, i) => plans[i]!.recipe === recipe),
    }));
    await reportLearners(context, results, share);
    return Object.fromEntries(
      results.flatMap(({ recipe, trials: own }) => [
        [`${camel(recipe)}Return`, mean(own.map((one) => one.return))],
        [`${camel(recipe)}Steps/s`, rateOf(own)],
      ]),
    );
  },
});

/** Learns with one seed, and evaluates. */
async function trial(context: RunContext<Settings>, recipe: Recipe, run: number): Promise<LearnerTrial> {
  const { settings: given, seed, signal, progress, log } = context;
  const learner = nameOf(recipe);
  const timesteps = Math.ceil(recipe.timesteps * given.share);
  const curve = curveOf(timesteps);
  const { policy } = await recipe.learn({
    timesteps,
    share: given.share,
    seed: seed + run,
    signal,
    checkpoint: storeOf(context, `${learner} ${run}`, curve),
    onUpdate(update) {
      if (!curve.add(update)) return;
      log({ learner, run, timesteps: update.timesteps, meanReturn: update.meanReturn ?? Number.NaN });
      progress({ done: Math.min(update.timesteps, timesteps), total: timesteps });
    },
  });
  const evaluated = await evaluate(recipe, policy, given.evaluations, signal);
  const { seconds } = curve;
  log({ learner, run, evaluated, seconds });
  return { return: evaluated, ...curve.points(), seconds, stepsInSeconds: curve.stepsInSeconds };
}

/** Mean return of episodes that learning has not seen. */
async function evaluate(recipe: Recipe, policy: Policy, evaluations: number, signal: AbortSignal): Promise<number> {
  const env = recipe.env();
  try {
    const episodes = recipe.environment === 'Pension' ? Math.ceil(evaluations / 2) : evaluations;
    const starts = evaluationStarts[recipe.environment] ?? [];
    // Beyond those that there are, from seeds.
    const resetOptions = (episode: number) => (episode < starts.length ? { state: starts[episode] } : undefined);
    return (await evaluatePolicy(policy, env, { episodes, seed: FIRST_EVALUATION_SEED, resetOptions, signal })).mean;
  } finally {
    env.close();
  }
}
