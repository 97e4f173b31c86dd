import { defineExperiment, type RunContext } from '@unbraid/experiment';
import {
  type Box,
  createQAgent,
  createRandom,
  discretizeBox,
  type EnvFactory,
  learnEpisode,
  playEpisode,
  runOwnRule,
} from '@unbraid/sim-env';
import { Pension, type PensionMarket, PensionReputation, PensionWelfare } from '@unbraid/sim-env/models';
import { blocking } from '@unbraid/sim-env/node';
import { z } from 'zod';
import { discretizePayments } from './pension-actions.ts';
import { type PensionResult, reportPension } from './pension-report.ts';

const settings = z.object({
  episodes: z.int().min(10).default(1000).describe('Episodes that an agent learns from'),
  maxSteps: z.int().min(10).default(5000).describe('Client contacts after which an episode is truncated'),
  evaluations: z
    .int()
    .min(1)
    .default(20)
    .describe('Episodes, of seeds never learnt from, whose mean return is reported'),
  discount: z.number().gt(0).lt(1).default(0.99).describe('γ'),
  learningRate: z.number().gt(0).max(1).default(0.1).describe('α'),
  exploration: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe('ε, the share of random actions in the first episode; it falls evenly to 0 in the last fifth'),
});

type Settings = z.output<typeof settings>;

/** What the agent can tell apart: age, funds, reputation, number of clients. */
const EDGES = [
  [45, 67, 80],
  [5000, 20_000, 50_000, 100_000, 200_000, 500_000],
  [-500, -200, -50],
  [5, 20],
];

/** Seeds of evaluation; those of learning start above. */
const FIRST_LEARNING_SEED = 1_000_000;

const variants = [
  { name: 'solvency', factory: Pension },
  { name: 'welfare', factory: PensionWelfare },
  { name: 'reputation', factory: PensionReputation },
];

export const pension = defineExperiment({
  name: 'sim-env/pension',
  title: 'One pension market, three environments: Q-learning against the model’s own rule',
  paper: 'arXiv 2102.09824',
  description:
    'The model of a pension insurance market knows nothing of learning. Its function that decides what each client pays or gets becomes the step ' +
    'of three environments that differ in reward: staying solvent, the welfare of clients, the company’s reputation. Tabular Q-learning decides ' +
    'in the place of the model’s rule, which runs into ruin when its first clients retire. The model runs unchanged, blocked in a thread of its own.',
  settings,
  presets: {
    smoke: { episodes: 60, maxSteps: 300, evaluations: 3 },
    short: { episodes: 300, evaluations: 10 },
    full: {},
  },
  metrics: {
    return: { description: 'Undiscounted return of the learning episode', x: 'episode', by: ['variant'] },
    steps: { description: 'Steps of the episode', x: 'episode', by: ['variant'] },
  },
  summary: {
    ruleReturn: 'Mean return of the model’s own rule where the reward is solvency',
    agentReturn: 'Mean return of the agent that learnt to stay solvent',
    welfareRuleReturn: 'Mean return of the rule where the reward is the clients’ welfare',
    welfareAgentReturn: 'Mean return of the agent that learnt for it',
    reputationRuleReturn: 'Mean return of the rule where the reward is the company’s reputation',
    reputationAgentReturn: 'Mean return of the agent that learnt for it',
  },
  async run(context) {
    const results = await context.units(
      variants,
      ({ name }) => name,
      async ({ name, factory }) => study(name, factory, context),
      { label: 'environments' },
    );
    await reportPension(context, results);
    const [solvency, welfare, reputation] = results as [PensionResult, PensionResult, PensionResult];
    return {
      ruleReturn: solvency.ruleReturn,
      agentReturn: solvency.agentReturn,
      welfareRuleReturn: welfare.ruleReturn,
      welfareAgentReturn: welfare.agentReturn,
      reputationRuleReturn: reputation.ruleReturn,
      reputationAgentReturn: reputation.agentReturn,
    };
  },
});

function study(
  name: string,
  factory: EnvFactory<Box<'float32'>, Box<'float32'>, PensionMarket>,
  { settings, seed, signal, progress, log }: RunContext<Settings>,
): PensionResult {
  const { episodes, maxSteps, evaluations, discount, learningRate, exploration } = settings;
  const env = factory({ suspension: blocking(), maxEpisodeSteps: maxSteps });
  try {
    const agent = createQAgent({
      observations: discretizeBox(env.observationSpace, EDGES),
      actions: discretizePayments(),
      random: createRandom(seed),
      discount,
      learningRate,
      // No discounted return is larger: what has not been tried looks best.
      initialValue: 1 / (1 - discount),
    });
    const curve = new Float64Array(episodes);
    for (let episode = 0; episode < episodes; episode++) {
      signal.throwIfAborted();
      agent.setExploration(Math.max(0, exploration * (1 - episode / (0.8 * episodes))));
      const report = learnEpisode(env, agent, FIRST_LEARNING_SEED + seed + episode);
      curve[episode] = report.return;
      log({ variant: name, episode, return: report.return, steps: report.steps });
      progress({ done: episode + 1, total: episodes });
    }
    const seeds = Array.from({ length: evaluations }, (_, i) => seed + i);
    const mean = (returns: readonly number[]) => returns.reduce((sum, one) => sum + one) / returns.length;
    return {
      name,
      curve,
      ruleReturn: mean(
        seeds.map((at) => runOwnRule(factory.definition, { seed: at, maxEpisodeSteps: maxSteps }).return),
      ),
      agentReturn: mean(seeds.map((at) => playEpisode(env, agent.exploit, at).return)),
    };
  } finally {
    env.close();
  }
}
