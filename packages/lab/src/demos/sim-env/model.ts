import { mean } from '@unbraid/experiment/statistics';
import {
  createQAgent,
  createRandom,
  type Discretizer,
  discretizeBox,
  discretizeDiscrete,
  type EnvDefinition,
  learnRun,
  type QAgent,
  type QLearningOptions,
  runOwnRule,
  runWithAgent,
  type Space,
  type Value,
} from '@unbraid/sim-env';
import { Pension, PensionClient, type PensionMarket, PensionReputation, PensionWelfare } from '@unbraid/sim-env/models';
import type { TaskContext } from '../task-context.ts';
import { EVALUATIONS, EXPLORATION, edgesOf, FIRST_SEED, type Goal, learning, MAX_STEPS, PAYMENTS } from './goals.ts';
import { type MarketTrace, watchMarket } from './market-trace.ts';

export interface LearnInput {
  readonly goal: Goal;
  readonly episodes: number;
  readonly seed: number;
}

export interface LearnView {
  /** Return of each episode so far. */
  readonly curve: Float64Array;
  /** Mean return of the model's own rule. */
  readonly ruleReturn: number;
  /** The first market of the evaluation by the model's own rule, and by what is learnt so far. */
  readonly rule: MarketTrace;
  readonly agent: MarketTrace;
}

export type SimEnvTasks = {
  readonly learn: {
    readonly input: LearnInput;
    readonly progress: LearnView;
    /** Mean return of what was learnt, on markets that it has not learnt from. */
    readonly result: LearnView & { readonly agentReturn: number };
  };
};

interface Played {
  readonly return: number;
}

/** The model, one of its decision functions and a reward, with an agent in the place of the rule. */
interface Study {
  /** One episode that is learnt from. @returns its return */
  learn(seed: number): number;
  setExploration(share: number): void;
  /** One episode by the model's own rule, or by what is learnt. */
  rule(seed: number): Played;
  agent(seed: number): Played;
  /** By a copy of the agent, so that looking changes nothing of how it goes on. */
  look(seed: number): MarketTrace;
}

function studyOf<O extends Space, A extends Space>(
  definition: EnvDefinition<PensionMarket, O, A>,
  observations: Discretizer<Value<O>>,
  actions: Discretizer<Value<A>>,
  seed: number,
): Study {
  const options: QLearningOptions<Value<O>, Value<A>> = {
    ...learning,
    observations,
    actions,
    random: createRandom(seed),
  };
  const agent = createQAgent(options);
  const limit = { maxEpisodeSteps: MAX_STEPS };
  const play = ({ exploit }: QAgent<Value<O>, Value<A>>, at: number) =>
    runWithAgent(definition, (observation) => exploit(observation), { seed: at, ...limit });
  return {
    learn: (at) => learnRun(definition, agent, { seed: at, ...limit }).return,
    setExploration: agent.setExploration,
    rule: (at) => runOwnRule(definition, { seed: at, ...limit }),
    agent: (at) => play(agent, at),
    look(at) {
      const copy = createQAgent({ ...options, random: createRandom(seed) });
      copy.table.set(agent.table);
      return watchMarket(() => play(copy, at));
    },
  };
}

const companies = { solvency: Pension, welfare: PensionWelfare, reputation: PensionReputation } as const;

function studyFor(goal: Goal, seed: number): Study {
  const edges = edgesOf(goal);
  if (goal === 'client') {
    const { definition } = PensionClient;
    const { observationSpace, actionSpace } = definition.decision;
    return studyOf(definition, discretizeBox(observationSpace, edges), discretizeDiscrete(actionSpace), seed);
  }
  const { definition } = companies[goal];
  return studyOf(definition, discretizeBox(definition.decision.observationSpace, edges), payments, seed);
}

/** The environment's action, from 0 to 1, stands for −50,000 to 50,000 euros. */
const shares = PAYMENTS.map((euros) => Math.fround((euros + 50_000) / 100_000));
const payments: Discretizer<Float32Array> = {
  size: shares.length,
  encode: (action) => shares.indexOf(action[0]!),
  decode: (cell) => Float32Array.of(shares[cell]!),
};

/** Tabular Q-learning in the place of the model's rule, as in the experiment `sim-env/pension` of `@unbraid/papers`. */
export async function learn(input: LearnInput, { progress }: TaskContext<LearnView>) {
  const { goal, episodes, seed } = input;
  const study = studyFor(goal, seed);
  const seeds = Array.from({ length: EVALUATIONS }, (_, i) => seed + i);
  /** Plays all of them, and watches the first. */
  const evaluate = (play: (at: number) => Played) => {
    const [first, ...others] = seeds;
    const trace = watchMarket(() => play(first!));
    return { trace, mean: mean([trace.return, ...others.map((at) => play(at).return)]) };
  };
  const own = evaluate(study.rule);
  const told = { rule: own.trace, ruleReturn: own.mean };
  const curve = new Float64Array(episodes);
  for (let episode = 0; episode < episodes; episode++) {
    await progress(() => ({ ...told, curve: curve.subarray(0, episode), agent: study.look(seed) }));
    study.setExploration(Math.max(0, EXPLORATION * (1 - episode / (0.8 * episodes))));
    curve[episode] = study.learn(FIRST_SEED + seed + episode);
  }
  const learnt = evaluate(study.agent);
  return { ...told, curve, agent: learnt.trace, agentReturn: learnt.mean };
}
