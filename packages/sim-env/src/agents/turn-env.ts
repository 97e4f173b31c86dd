import type { Info } from '../decisions/perspective.ts';
import { JointRequest, noInfo, type Request } from '../decisions/request.ts';
import type { Frame, ResetOptions } from '../env/env.ts';
import { createSeeds } from '../env/episode.ts';
import type { Simulation } from '../env/simulation.ts';
import { Ending, type Moment, type Play, type Stage } from '../env/stage.ts';
import { EnvError } from '../env-error.ts';
import {
  type AgentSpaces,
  type AgentsDefinition,
  type AgentsOptions,
  agentAcceptors,
  agentsFactory,
  spacesOf,
} from './seats.ts';

/** What the agent whose turn it is sees: PettingZoo's `last()`. The reward is the sum of all since its last action. */
export type LastResult = [observation: unknown, reward: number, termination: boolean, truncation: boolean, info: Info];

/** Agents that act in turn: PettingZoo's AEC environment. */
export interface TurnEnv extends AgentSpaces {
  readonly possibleAgents: readonly string[];
  /** Those whose episode goes on, or who have not yet seen its end. */
  readonly agents: readonly string[];
  /** Whose turn it is; undefined when all have seen the end. */
  readonly agentSelection: string | undefined;
  reset(options?: ResetOptions): void;
  last(): LastResult;
  /**
   * The action of the agent whose turn it is: undefined for one whose episode has ended, which then leaves.
   * @throws EnvError for an action outside its space; Error before reset and when all have left; ModelError, ModelTimeout
   */
  step(action: unknown): void;
  /** Whose turn it is, turn after turn, until all have left. */
  agentIter(): Generator<string, void, void>;
  render(): Frame | undefined;
  close(): void;
}

/** Makes environments of one definition whose agents take turns. */
export interface TurnEnvFactory {
  (options?: AgentsOptions): TurnEnv;
  /** For stages. */
  readonly play: Play;
}

/**
 * Environments in which agents decide in turn, as the model asks them. Decisions that are made together are asked for one after another,
 * each with the observation of before.
 *
 * @throws EnvError for a perspective on no decision function, two seats at one, or an agent named twice
 */
export function generateTurnEnv<S extends Simulation>(definition: AgentsDefinition<S>): TurnEnvFactory {
  return agentsFactory(definition, createTurnEnv);
}

/** What is known of one agent. */
interface AgentState {
  observation: unknown;
  info: Info;
  /** Since its last action. */
  reward: number;
  acted: boolean;
  end: 'terminated' | 'truncated' | undefined;
}

function createTurnEnv(play: Play, stage: Stage, limit: number): TurnEnv {
  const seeds = createSeeds();
  const spaces = spacesOf(play);
  const acceptors = agentAcceptors(play);
  const possibleAgents = play.seats.flatMap((seat) => seat.agents);
  const states = new Map<string, AgentState>();
  let agents: string[] = [];
  /** Those who are still to decide before the model goes on, the next one first. */
  let asked: readonly Request[] = [];
  let answers: unknown[] = [];
  let joint = false;
  /** Agents that have been told their reward in this round. */
  const judged = new Set<string>();
  let decisions = 0;
  /** The episode has ended, and agents leave it one after another. */
  let over = false;
  let phase: 'new' | 'running' | 'closed' = 'new';

  function take(moment: Moment): void {
    answers = [];
    if (moment instanceof Ending) {
      conclude(moment);
      return;
    }
    joint = moment instanceof JointRequest;
    asked = moment instanceof JointRequest ? moment.requests : [moment];
    judged.clear();
    for (const request of asked) if (!judged.has(request.agent)) present(request);
  }

  /** Shows an agent the decision that it is asked for; of several in one round, the first brings the reward for what was before them. */
  function present({ agent, observation, reward, info }: Request): void {
    const state = states.get(agent)!;
    Object.assign(state, { observation, info });
    if (judged.has(agent)) return;
    state.reward = state.acted ? state.reward + reward : 0;
    judged.add(agent);
  }

  function conclude({ finals }: Ending): void {
    asked = [];
    over = true;
    for (const { index, agents: seated } of play.seats) {
      for (const [i, agent] of seated.entries()) {
        const { observation, reward = 0, truncated = false, info } = finals[index]![i]!;
        const state = states.get(agent)!;
        if (observation !== undefined) state.observation = observation;
        if (info !== undefined) state.info = info;
        if (state.acted) state.reward += reward;
        state.end = truncated ? 'truncated' : 'terminated';
      }
    }
  }

  const selection = () => (over ? agents[0] : asked[0]?.agent);

  function whoseTurn(): string {
    if (phase !== 'running')
      throw new EnvError('state', `sim-env: ${play.name}: ${phase === 'new' ? 'reset comes first' : 'it is closed'}`);
    const agent = selection();
    if (agent === undefined)
      throw new EnvError('state', `sim-env: ${play.name}: the episode has ended for all agents; call reset`);
    return agent;
  }

  function act(agent: string, action: unknown): void {
    const accepted = acceptors.get(agent)!(action);
    const state = states.get(agent)!;
    state.reward = 0;
    state.acted = true;
    answers.push(accepted);
    asked = asked.slice(1);
    decisions++;
    if (asked.length > 0) {
      present(asked[0]!);
      return;
    }
    try {
      take(stage.resume(joint ? answers : answers[0]));
    } catch (error) {
      [agents, asked] = [[], []];
      throw error;
    }
    if (over || decisions < limit) return;
    over = true;
    for (const state of states.values()) state.end = 'truncated';
  }

  function leave(agent: string, action: unknown): void {
    if (action !== undefined && action !== null) {
      throw new EnvError('state', `sim-env: ${play.name}: the episode of ${agent} has ended; step with undefined`);
    }
    agents = agents.filter((other) => other !== agent);
  }

  return {
    ...spaces,
    possibleAgents,
    get agents() {
      return agents;
    },
    get agentSelection() {
      return selection();
    },
    reset({ seed, options } = {}) {
      if (phase === 'closed')
        throw new EnvError('state', `sim-env: ${play.name}: reset after close; make a new environment`);
      const next = seeds.next(seed);
      for (const agent of possibleAgents)
        states.set(agent, { observation: undefined, info: noInfo, reward: 0, acted: false, end: undefined });
      [agents, asked, over, decisions, phase] = [[], [], false, 0, 'running'];
      const moment = stage.start(next, options);
      agents = [...possibleAgents];
      take(moment);
    },
    last() {
      const { observation, reward, end, info } = states.get(whoseTurn())!;
      return [observation, reward, end === 'terminated', end === 'truncated', info];
    },
    step(action) {
      const agent = whoseTurn();
      if (over) leave(agent, action);
      else act(agent, action);
    },
    *agentIter() {
      for (let agent = selection(); agent !== undefined; agent = selection()) yield agent;
    },
    render: () => stage.render(),
    close() {
      phase = 'closed';
      stage.close();
    },
  };
}
