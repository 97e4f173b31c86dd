import { actionMaskIn } from '../decisions/action-mask.ts';
import type { Info } from '../decisions/perspective.ts';
import { noInfo } from '../decisions/request.ts';
import { elapsedBetween } from '../env/elapsed.ts';
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

/** One episode in which `act` chooses each action; infos have the action mask, where there is one. */
export function playEpisode<O extends Space, A extends Space>(
  env: Env<O, A>,
  act: (observation: Value<O>, info: Info) => Value<A>,
  seed?: number,
): EpisodeReport {
  let [observation, info] = env.reset(seed === undefined ? {} : { seed });
  let [total, steps] = [0, 0];
  for (;;) {
    const [next, reward, terminated, truncated, then] = env.step(act(observation, info));
    total += reward;
    steps++;
    if (terminated || truncated) return { return: total, steps, truncated };
    [observation, info] = [next, then];
  }
}

/** One episode in which the agent explores and learns from each step. */
export function learnEpisode<O extends Space, A extends Space>(
  env: Env<O, A>,
  agent: QAgent<Value<O>, Value<A>>,
  seed?: number,
): EpisodeReport {
  let [observation, info] = env.reset(seed === undefined ? {} : { seed });
  let [total, steps] = [0, 0];
  for (;;) {
    const action = agent.explore(observation, info);
    const [next, reward, terminated, truncated, then] = env.step(action);
    agent.learn(observation, action, reward, next, terminated, timed(info, then));
    total += reward;
    steps++;
    if (terminated || truncated) return { return: total, steps, truncated };
    [observation, info] = [next, then];
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
  let before: { readonly observation: Value<O>; readonly action: Value<A>; readonly info: Info } | undefined;
  const learn = (reward: number, next: Value<O>, terminated: boolean, info: Info) => {
    if (before) agent.learn(before.observation, before.action, reward, next, terminated, timed(before.info, info));
  };
  const act = (observation: Value<O>, reward: number, info: Info) => {
    learn(reward, observation, false, info);
    before = { observation, action: agent.explore(observation, info), info };
    return before.action;
  };
  return runToLast(definition, act, options, ({ reward, observation, terminated, info }) =>
    learn(reward, observation as Value<O>, terminated, info),
  );
}

/** The later info, with the time since the earlier one where they have times. */
function timed(before: Info, after: Info): Info {
  const elapsed = elapsedBetween(before, after);
  return elapsed === undefined ? after : { ...after, elapsed };
}

/** What an agent is told of a decision, by `playEpisode` and `runWithAgent`: the info comes last. */
type Told = readonly [observation: unknown, ...rest: unknown[]];

/** An agent that draws every action from the space, and from what the action mask in the info says is possible. */
export function randomAgent<A extends Space>(actionSpace: A, seed: number): (...told: Told) => Value<A> {
  actionSpace.seed(seed);
  return (_, ...rest) => actionSpace.sample(actionMaskIn((rest.at(-1) ?? noInfo) as Info)) as Value<A>;
}

/** An agent that plays the given actions in order, again and again. */
export function scriptedAgent<T>(actions: readonly [T, ...T[]]): (observation: unknown) => T {
  let next = 0;
  return () => actions[next++ % actions.length]!;
}
