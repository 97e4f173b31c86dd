import type { Info } from '../decisions/perspective.ts';
import { JointRequest, noInfo, type Request } from '../decisions/request.ts';
import type { ArgumentRules } from '../env/arguments.ts';
import type { Frame, ResetOptions } from '../env/env.ts';
import { createSeeds } from '../env/seeds.ts';
import type { Simulation } from '../env/simulation.ts';
import { Ending, type Moment, type Play, type Stage } from '../env/stage.ts';
import { EnvError } from '../env-error.ts';
import type { ByAgent } from './by-agent.ts';
import { createRoster, type Told } from './roster.ts';
import {
  type AgentSpaces,
  type AgentsDefinition,
  type AgentsFactory,
  agentAcceptors,
  agentsFactory,
  spacesOf,
} from './seats.ts';
import { type WholeState, wholeStateOf } from './state.ts';

/** Agents that act at the same time: PettingZoo's parallel environment. */
export interface ParallelEnv extends AgentSpaces, WholeState {
  readonly possibleAgents: readonly string[];
  /** Those whose episode goes on: who act in the next step, and who are passed over in it. */
  readonly agents: readonly string[];
  reset(options?: ResetOptions): [observations: ByAgent<unknown>, infos: ByAgent<Info>];
  /**
   * One action for each of `agents` that the model asks; of those that it passes over, an action is checked and not used, and may be left out. One
   * that is passed over gets no reward until it is asked again or the model ends, and has terminated only where its seat's `active` says so.
   * @throws EnvError for an action outside its space, a missing or superfluous one, before reset and after the end; ModelError
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

/** Makes parallel environments of one definition. */
export type ParallelEnvFactory = AgentsFactory<ParallelEnv, 'parallel'>;

/**
 * Environments of a model whose deciders are asked `together`.
 *
 * @throws EnvError for a perspective on no decision function, two seats at one, or an agent named twice
 */
export function generateParallelEnv<S extends Simulation, const R extends ArgumentRules = Record<never, never>>(
  definition: AgentsDefinition<S, R>,
): ParallelEnvFactory {
  return agentsFactory(definition, 'parallel', createParallelEnv);
}

function createParallelEnv(play: Play, stage: Stage, limit: number): ParallelEnv {
  const seeds = createSeeds();
  const acceptors = agentAcceptors(play);
  const possibleAgents = play.seats.flatMap((seat) => seat.agents);
  let roster = createRoster(play, stage);
  let asked: readonly Request[] = [];
  let joint = false;
  let phase: 'new' | 'running' | 'over' | 'failed' | 'closed' = 'new';
  let failure = '';
  let rounds = 0;

  function requestsOf(moment: Moment): readonly Request[] {
    if (moment instanceof Ending) return [];
    joint = moment instanceof JointRequest;
    if (!(moment instanceof JointRequest)) {
      if (possibleAgents.length === 1) return [moment];
      throw new EnvError(
        'model',
        `sim-env: ${play.name}: ${moment.agent} decides alone; a parallel environment needs decisions made by together(), others take turns (in a thread all do): generateTurnEnv`,
      );
    }
    const agents = moment.requests.map(({ agent }) => agent);
    const twice = agents.find((agent, i) => agents.indexOf(agent) !== i);
    if (twice === undefined) return moment.requests;
    throw new EnvError(
      'model',
      `sim-env: ${play.name}: ${twice} is asked twice in one round; give together() one decision of each agent, or take turns: generateTurnEnv`,
    );
  }

  function checkRunning(what: string): void {
    if (phase === 'running') return;
    const why =
      phase === 'failed' ? `after the end of the episode, which has failed (${failure}); call reset` : whenNot[phase];
    throw new EnvError('state', `sim-env: ${play.name}: ${what} ${why}`);
  }

  /** The model at work; an error of its ends the episode. */
  function inModel<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      phase = 'failed';
      failure = error instanceof Error ? error.message.replace(/^sim-env: /, '') : String(error);
      throw error;
    }
  }

  /** Actions for the model, in the order of its requests. */
  function answersTo(requests: readonly Request[], actions: ByAgent<unknown>): unknown[] {
    for (const [agent, action] of Object.entries(actions)) {
      if (!roster.agents().includes(agent))
        throw new EnvError('data', `sim-env: ${play.name}: ${agent} does not act in this step`);
      if (!requests.some((request) => request.agent === agent)) acceptors.get(agent)!(action, noInfo);
    }
    return requests.map(({ agent, info }) => {
      if (!Object.hasOwn(actions, agent))
        throw new EnvError('data', `sim-env: ${play.name}: the action of ${agent} is missing`);
      return acceptors.get(agent)!(actions[agent], info);
    });
  }

  return {
    ...spacesOf(play),
    ...wholeStateOf(play, stage, () => {
      if (phase !== 'over') checkRunning('state');
    }),
    possibleAgents,
    get agents() {
      return phase === 'running' ? roster.agents() : [];
    },
    reset({ seed, options } = {}) {
      if (phase === 'closed')
        throw new EnvError('state', `sim-env: ${play.name}: reset after close; make a new environment`);
      const next = seeds.next(seed);
      [asked, rounds, phase] = [[], 0, 'over'];
      const told = inModel(() => {
        const moment = stage.start(next, options);
        if (moment instanceof Ending)
          throw new EnvError('model', `sim-env: ${play.name}: the model never decides: it has ended`);
        asked = requestsOf(moment);
        roster = createRoster(play, stage);
        return roster.goOn(asked);
      });
      phase = 'running';
      return [by(told, ({ observation }) => observation), by(told, ({ info }) => info)];
    },
    step(actions) {
      checkRunning('step');
      const answers = answersTo(asked, actions);
      phase = 'over';
      roster.acted(asked);
      const [told, ended] = inModel(() => {
        const moment = stage.resume(joint ? answers : answers[0]);
        rounds++;
        asked = requestsOf(moment);
        return moment instanceof Ending ? [roster.end(moment), true] : [roster.goOn(asked), false];
      });
      const full = rounds >= limit && !ended;
      if (!ended && !full) phase = 'running';
      return [
        by(told, ({ observation }) => observation),
        by(told, ({ reward }) => reward),
        by(told, ({ terminated }) => terminated),
        by(told, ({ terminated, truncated }) => truncated || (full && !terminated)),
        by(told, ({ info }) => info),
      ];
    },
    render: () => stage.render(),
    close() {
      phase = 'closed';
      stage.close();
    },
  };
}

const by = <T>(told: readonly Told[], value: (one: Told) => T): ByAgent<T> =>
  Object.fromEntries(told.map((one) => [one.agent, value(one)]));

const whenNot = {
  new: 'before reset; call reset first',
  over: 'after the end of the episode; call reset',
  closed: 'after close; make a new environment',
} as const;
