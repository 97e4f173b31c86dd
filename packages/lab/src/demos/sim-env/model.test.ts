import { createQAgent, createRandom, discretizeBox, learnEpisode, playEpisode } from '@unbraid/sim-env';
import { Pension } from '@unbraid/sim-env/models';
import { blocking } from '@unbraid/sim-env/node';
import { expect, it } from 'vitest';
import { isWhole } from '../../../test/is-whole.ts';
import { taskContext } from '../task-context.ts';
import {
  EVALUATIONS,
  EXPLORATION,
  edgesOf,
  FIRST_SEED,
  type Goal,
  goals,
  learning,
  MAX_STEPS,
  PAYMENTS,
} from './goals.ts';
import { type LearnView, learn } from './model.ts';

const quiet = () => taskContext<LearnView>(new AbortController().signal);

it('learns what an environment whose model is blocked in a thread teaches, to the last bit', async () => {
  const [seed, episodes] = [3, 12];
  const env = Pension({ suspension: blocking(), maxEpisodeSteps: MAX_STEPS });
  const shares = PAYMENTS.map((euros) => Math.fround((euros + 50_000) / 100_000));
  const agent = createQAgent({
    ...learning,
    observations: discretizeBox(env.observationSpace, edgesOf('solvency')),
    actions: {
      size: shares.length,
      encode: (action: Float32Array) => shares.indexOf(action[0]!),
      decode: (cell) => Float32Array.of(shares[cell]!),
    },
    random: createRandom(seed),
  });
  const curve = Array.from({ length: episodes }, (_, episode) => {
    agent.setExploration(Math.max(0, EXPLORATION * (1 - episode / (0.8 * episodes))));
    return learnEpisode(env, agent, FIRST_SEED + seed + episode).return;
  });
  const returns = Array.from({ length: EVALUATIONS }, (_, i) => playEpisode(env, agent.exploit, seed + i).return);
  env.close();
  // Often enough looked at, which is to change nothing.
  const looked = taskContext<LearnView>(new AbortController().signal, () => {});
  const learnt = await learn({ goal: 'solvency', episodes, seed }, looked);
  expect([...learnt.curve]).toEqual(curve);
  expect(learnt.agentReturn).toBe(returns.reduce((sum, one) => sum + one) / EVALUATIONS);
});

/** The others by `npm run test:browser`. */
const tried = (Object.keys(goals) as Goal[]).filter((goal) => isWhole || goal === 'solvency' || goal === 'client');

it.each(tried)('learns more than the rule gets: %s', async (goal) => {
  const seeds = [21, 22, 23, 24, 25];
  let [rule, agent] = [0, 0];
  for (const seed of seeds) {
    const learnt = await learn({ goal, episodes: 300, seed }, quiet());
    rule += learnt.ruleReturn / seeds.length;
    agent += learnt.agentReturn / seeds.length;
  }
  expect(agent).toBeGreaterThan(1.3 * rule);
});

it('shows the market year by year, as it was', async () => {
  const { rule, agent } = await learn({ goal: 'solvency', episodes: 50, seed: 0 }, quiet());
  // One for each contact at which the company has money.
  expect([rule.return, agent.return].map(Number.isInteger)).toEqual([true, true]);
  // By its own rule the company pays more than it has once its first clients are retired.
  expect(rule.years).toBeGreaterThan(47);
  expect(rule.years).toBeLessThan(100);
  for (const { years, people, state, funds, clients } of [rule, agent]) {
    expect(people).toBe(50);
    expect(state).toHaveLength(years * people * 3);
    expect([funds.length, clients.length]).toEqual([years, years]);
    const insured = (year: number) =>
      Array.from({ length: people }, (_, i) => state[(year * people + i) * 3 + 2]!).reduce((sum, one) => sum + one);
    for (let year = 0; year < years; year++) expect(insured(year)).toBe(clients[year]);
    expect(state.every((value) => value >= 0)).toBe(true);
  }
});

it('can be cancelled', async () => {
  const controller = new AbortController();
  const context = taskContext<LearnView>(controller.signal, ({ curve }) => {
    if (curve.length > 3) controller.abort(new Error('enough'));
  });
  await expect(learn({ goal: 'welfare', episodes: 5000, seed: 0 }, context)).rejects.toThrow('enough');
});
