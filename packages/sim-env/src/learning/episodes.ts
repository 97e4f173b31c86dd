import type { Env } from '../env/env.ts';
import type { EnvDefinition } from '../env/generate-env.ts';
import { type RunOptions, runToLast } from '../env/run-with-agent.ts';
import type { RunsThrough, Simulation } from '../env/simulation.ts';
import type { Space, Value } from '../spaces/index.ts';
import type { QAgent } from './q-learning.ts';

/** How an episode went. */
export interface EpisodeReport {
  /** Sum of the rewards. */
  readonly return: number;
  readonly steps: number;
  /** Whether a limit of steps, or a horizon of the model's, ended it. */
  readonly truncated: boolean;
}

/** One episode in which `act` chooses each action. */
export function playEpisode<O extends Space, A extends Space>(
  env: Env<O, A>,
  act: (observation: Value<O>) => Value<A>,
  seed?: number,
): EpisodeReport {
  let [observation] = env.reset(seed === undefined ? {} : { seed });
  let [total, steps] = [0, 0];
  for (;;) {
    const [next, reward, terminated, truncated] = env.step(act(observation));
    total += reward;
    steps++;
    if (terminated || truncated) return { return: total, steps, truncated };
    observation = next;
  }
}

/** One episode in which the agent explores and learns from each step. */
export function learnEpisode<O extends Space, A extends Space>(
  env: Env<O, A>,
  agent: QAgent<Value<O>, Value<A>>,
  seed?: number,
): EpisodeReport {
  let [observation] = env.reset(seed === undefined ? {} : { seed });
  let [total, steps] = [0, 0];
  for (;;) {
    const action = agent.explore(observation);
    const [next, reward, terminated, truncated] = env.step(action);
    agent.learn(observation, action, reward, next, terminated);
    total += reward;
    steps++;
    if (terminated || truncated) return { return: total, steps, truncated };
    observation = next;
  }
}

/**
 * `learnEpisode` without an environment: the model, plain or a generator, runs through and calls the agent at each decision. What is learnt is the same,
 * and a plain model needs no thread, which pages can't block.
 *
 * @throws as `runWithAgent`
 */
export function learnRun<S extends Simulation<RunsThrough>, O extends Space, A extends Space>(
  definition: EnvDefinition<S, O, A>,
  agent: QAgent<Value<O>, Value<A>>,
  options: RunOptions,
): EpisodeReport {
  let before: { readonly observation: Value<O>; readonly action: Value<A> } | undefined;
  const learn = (reward: number, next: Value<O>, terminated: boolean) => {
    if (before) agent.learn(before.observation, before.action, reward, next, terminated);
  };
  const act = (observation: Value<O>, reward: number) => {
    learn(reward, observation, false);
    before = { observation, action: agent.explore(observation) };
    return before.action;
  };
  return runToLast(definition, act, options, ({ reward, observation, terminated }) =>
    learn(reward, observation as Value<O>, terminated),
  );
}

/** An agent that draws every action from the space. */
export function randomAgent<A extends Space>(actionSpace: A, seed: number): (observation: unknown) => Value<A> {
  actionSpace.seed(seed);
  return () => actionSpace.sample() as Value<A>;
}

/** An agent that plays the given actions in order, again and again. */
export function scriptedAgent<T>(actions: readonly [T, ...T[]]): (observation: unknown) => T {
  let next = 0;
  return () => actions[next++ % actions.length]!;
}
