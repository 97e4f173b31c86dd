import type { Info } from '../decisions/perspective.ts';
import { JointRequest, noInfo, type Request } from '../decisions/request.ts';
import type { Frame, ResetOptions } from '../env/env.ts';
import { createSeeds } from '../env/episode.ts';
import type { Simulation } from '../env/simulation.ts';
import { Ending, type Moment, type Play, type Stage } from '../env/stage.ts';
import {
  type AgentSpaces,
  type AgentsDefinition,
  type AgentsOptions,
  agentsFactory,
  checkAgentAction,
  spacesOf,
} from './seats.ts';

/** One entry for each agent. */
export type ByAgent<T> = Readonly<Record<string, T>>;

/** Agents that act at the same time: PettingZoo's parallel environment. */
export interface ParallelEnv extends AgentSpaces {
  readonly possibleAgents: readonly string[];
  /** Those who act in the next step. */
  readonly agents: readonly string[];
  reset(options?: ResetOptions): [observations: ByAgent<unknown>, infos: ByAgent<Info>];
  /**
   * One action for each of `agents`. The results are for those who acted, and who act next; an agent who is asked no more has terminated.
   * @throws RangeError for an action outside its space; Error for a missing or superfluous one, before reset and after the end
   */
  step(
    actions: ByAgent<unknown>,
  ): [
    observations: ByAgent<unknown>,
    rewards: ByAgent<number>,
    terminations: ByAgent<boolean>,
    truncations: ByAgent<boolean>,
    infos: ByAgent<Info>,
  ];
  render(): Frame | undefined;
  close(): void;
}

export interface ParallelEnvFactory {
  (options?: AgentsOptions): ParallelEnv;
  readonly play: Play;
}

/**
 * Environments of a model whose deciders are asked `together`.
 *
 * @throws Error for a perspective on no decision function, two seats at one, or an agent named twice
 */
export function generateParallelEnv<S extends Simulation>(definition: AgentsDefinition<S>): ParallelEnvFactory {
  return agentsFactory(definition, createParallelEnv);
}

function createParallelEnv(play: Play, stage: Stage, limit: number): ParallelEnv {
  const seeds = createSeeds();
  const spaces = spacesOf(play);
  const possibleAgents = play.seats.flatMap((seat) => seat.agents);
  const lastObservations = new Map<string, unknown>();
  let asked: readonly Request[] = [];
  let phase: 'new' | 'running' | 'over' | 'closed' = 'new';
  let rounds = 0;

  function requestsOf(moment: Moment): readonly Request[] {
    if (moment instanceof Ending) return [];
    if (!(moment instanceof JointRequest) && possibleAgents.length > 1) {
      throw new Error(
        `sim-env: ${play.name}: ${moment.agent} decides alone; a parallel environment needs decisions made by together(), others take turns (in a thread all do): generateTurnEnv`,
      );
    }
    const requests = moment instanceof JointRequest ? moment.requests : [moment];
    for (const { agent, observation } of requests) lastObservations.set(agent, observation);
    return requests;
  }

  function answersTo(requests: readonly Request[], actions: ByAgent<unknown>): unknown[] {
    const extra = Object.keys(actions).find((agent) => !requests.some((request) => request.agent === agent));
    if (extra !== undefined) throw new Error(`sim-env: ${play.name}: ${extra} does not act in this step`);
    return requests.map(({ agent }) => {
      if (!Object.hasOwn(actions, agent)) throw new Error(`sim-env: ${play.name}: the action of ${agent} is missing`);
      checkAgentAction(play, spaces, agent, actions[agent]);
      return actions[agent];
    });
  }

  /** What the agents who acted, and those who act next, are told. */
  function results(
    moment: Moment,
    actors: readonly string[],
    next: readonly Request[],
  ): ReturnType<ParallelEnv['step']> {
    const truncated = rounds >= limit && next.length > 0;
    const agents = [...new Set([...actors, ...next.map(({ agent }) => agent)])];
    const told = agents.map((agent) => ({
      agent,
      acted: actors.includes(agent),
      request: next.find((one) => one.agent === agent),
      final: moment instanceof Ending ? moment.finals[seatIndex(agent)] : undefined,
    }));
    const by = <T>(value: (one: (typeof told)[number]) => T): ByAgent<T> =>
      Object.fromEntries(told.map((one) => [one.agent, value(one)]));
    return [
      by(({ agent, final }) => final?.observation ?? lastObservations.get(agent)),
      by(({ acted, request, final }) => (acted ? (request?.reward ?? final?.reward ?? 0) : 0)),
      by(({ request }) => request === undefined),
      by(({ request }) => request !== undefined && truncated),
      by(({ request, final }) => request?.info ?? final?.info ?? noInfo),
    ];
  }

  const seatIndex = (agent: string) => play.seats.findIndex(({ agents }) => agents.includes(agent));
  const agentsOf = (requests: readonly Request[]) => requests.map(({ agent }) => agent);

  return {
    ...spaces,
    possibleAgents,
    get agents() {
      return agentsOf(asked);
    },
    reset({ seed, options } = {}) {
      if (phase === 'closed') throw new Error(`sim-env: ${play.name}: reset after close; make a new environment`);
      const next = seeds.next(seed);
      [asked, rounds, phase] = [[], 0, 'over'];
      const moment = stage.start(next, options);
      if (moment instanceof Ending) throw new Error(`sim-env: ${play.name}: the model never decides: it has ended`);
      asked = requestsOf(moment);
      phase = 'running';
      const by = <T>(value: (request: Request) => T) => Object.fromEntries(asked.map((one) => [one.agent, value(one)]));
      return [by(({ observation }) => observation), by(({ info }) => info)];
    },
    step(actions) {
      if (phase !== 'running') throw new Error(`sim-env: ${play.name}: step ${whenNot[phase]}`);
      const answers = answersTo(asked, actions);
      const actors = agentsOf(asked);
      phase = 'over';
      const moment = stage.resume(possibleAgents.length > 1 ? answers : answers[0]);
      rounds++;
      const next = requestsOf(moment);
      const told = results(moment, actors, next);
      const goesOn = next.length > 0 && rounds < limit;
      asked = goesOn ? next : [];
      if (goesOn) phase = 'running';
      return told;
    },
    render: () => stage.render(),
    close() {
      phase = 'closed';
      stage.close();
    },
  };
}

const whenNot = {
  new: 'before reset; call reset first',
  over: 'after the end of the episode; call reset',
  closed: 'after close; make a new environment',
} as const;
