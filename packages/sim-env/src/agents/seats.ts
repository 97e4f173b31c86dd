import { BY, COPY } from '../copies.ts';
import { actionAcceptorOf } from '../decisions/action-mask.ts';
import { decisionSeenFrom } from '../decisions/decision.ts';
import type { Info, Perspective } from '../decisions/perspective.ts';
import { type Seat, seatAt } from '../decisions/seat.ts';
import {
  type ArgumentRules,
  type ArgumentsOf,
  type ArgumentValues,
  checkArgumentRules,
  completeArguments,
} from '../env/arguments.ts';
import { coroutine } from '../env/coroutine.ts';
import type { Frame } from '../env/env.ts';
import { checkLimit } from '../env/episode.ts';
import { optionRules } from '../env/generate-env.ts';
import type { Simulation } from '../env/simulation.ts';
import { drawing, type Play, type Stage, type Suspension } from '../env/stage.ts';
import { EnvError } from '../env-error.ts';
import { anything, callback, checkSettings, flag, list, object, required, stepLimit, words } from '../settings.ts';
import type { Space } from '../spaces/index.ts';

/** Who decides at one decision function. */
export interface SeatDefinition {
  readonly perspective: Perspective<never>;
  /** One name, or all names that `agentOf` can give. */
  readonly agents: string | readonly string[];
  /** The decider's name, from the function's arguments. */
  agentOf?(...args: never): string;
  /**
   * Whether an agent that was asked before, and is not asked in this round, may be asked again; default: until the model ends. In a parallel environment
   * one that may not has terminated.
   */
  active?(simulation: never, agent: string): boolean;
  /**
   * How things look to an agent that has not been asked yet, or is not the one who decides. Default: as its last decision would look as things stand; and an
   * error for one that has not been asked yet.
   */
  observe?(simulation: never, agent: string): unknown;
}

/** A model for several agents: who decides what. */
export interface AgentsDefinition<S extends Simulation, R extends ArgumentRules = ArgumentRules> {
  /** In messages, and where another thread looks for the environment: the name that its module exports it under. */
  readonly name: string;
  /** `import.meta.url` of the module that exports the environment; `blocking()` needs it. */
  readonly module?: string;
  /** What the model may be made with, such as a size or a length; an environment is told by `arguments`. Default nothing. */
  readonly arguments?: R;
  /** Makes the simulation of one environment. */
  simulation(given: ArgumentsOf<R>): S;
  readonly seats: readonly SeatDefinition[];
  /** Decisions (turn-taking) or rounds (parallel) after which an episode is truncated; default none. */
  readonly maxEpisodeSteps?: number;
  /** Whether observations and rewards are checked; default true. */
  readonly strict?: boolean;
  render?(simulation: S): Frame;
  /** A view of the whole, for learners that train agents together; with `stateSpace`. */
  state?(simulation: S): unknown;
  /** The space of `state`. */
  readonly stateSpace?: Space;
}

/** What an environment of several agents may be told when it is made. */
export interface AgentsOptions {
  /** Default `coroutine()`. */
  readonly suspension?: Suspension;
  /** Instead of the definition's. */
  readonly maxEpisodeSteps?: number | undefined;
  /** What the model is made with, by the definition's `arguments`; those left out are as it says. */
  readonly arguments?: ArgumentValues | undefined;
}

const definitionRules = {
  name: required(words),
  module: words,
  arguments: object,
  simulation: required(callback),
  seats: required(list),
  maxEpisodeSteps: stepLimit,
  strict: flag,
  render: callback,
  state: callback,
  stateSpace: object,
};

const seatRules = {
  perspective: required(object),
  agents: required(anything),
  agentOf: callback,
  active: callback,
  observe: callback,
};

/**
 * A definition as stages see it.
 *
 * @param given what its model is made with
 * @throws EnvError where two seats are at one function, an agent sits on two, or there is a state without its space, and for arguments that the definition doesn't allow
 */
function playOfAgents<S extends Simulation, R extends ArgumentRules>(
  definition: AgentsDefinition<S, R>,
  given?: unknown,
): Play {
  checkSettings('agents', definition, definitionRules);
  const { name, module, strict = true } = definition;
  for (const [i, seat] of definition.seats.entries()) checkSettings(`${name}: seat ${i}`, seat, seatRules);
  const seats = definition.seats.map((seat, index) => seatOf(name, seat, index, strict));
  const decisions = seats.map(({ decision }) => decision);
  const shared = decisions.find((decision, i) => decisions.indexOf(decision) !== i);
  if (shared !== undefined)
    throw new EnvError('setting', `sim-env: ${name}: two seats are at ${shared.name}; one can have several agents`);
  const agents = seats.flatMap((seat) => seat.agents);
  const twice = agents.find((agent, i) => agents.indexOf(agent) !== i);
  if (twice !== undefined) throw new EnvError('setting', `sim-env: ${name}: the agent ${twice} is named twice`);
  const rules = definition.arguments ?? ({} as R);
  if (given === undefined) checkArgumentRules(name, rules);
  const own = completeArguments(name, rules, given);
  return {
    [BY]: COPY,
    name,
    module,
    seats,
    arguments: own,
    simulation: () => definition.simulation(own),
    withArguments: (others) => playOfAgents(definition, others ?? {}),
    render: drawing(definition.render),
    state: stateOf(definition),
  };
}

function stateOf<S extends Simulation, R extends ArgumentRules>({
  name,
  state,
  stateSpace,
}: AgentsDefinition<S, R>): Play['state'] {
  if ((state === undefined) !== (stateSpace === undefined))
    throw new EnvError('setting', `sim-env: ${name}: state and stateSpace come together; one of them is missing`);
  if (state === undefined || stateSpace === undefined) return undefined;
  return { space: stateSpace, of: (simulation) => state(simulation as S) };
}

function seatOf(name: string, seat: SeatDefinition, index: number, strict: boolean): Seat {
  const agents = typeof seat.agents === 'string' ? [seat.agents] : seat.agents;
  const perspective = seat.perspective as unknown as Perspective;
  if (agents.length !== 1 && seat.agentOf === undefined) {
    throw new EnvError(
      'setting',
      `sim-env: ${name}: ${agents.length} agents sit at ${perspective.name}; agentOf must say who decides`,
    );
  }
  return seatAt({
    index,
    decision: decisionSeenFrom(perspective),
    perspective,
    agents,
    agentOf: seat.agentOf === undefined ? undefined : (...args) => seat.agentOf!(...args),
    active: seat.active === undefined ? undefined : (simulation, agent) => seat.active!(simulation, agent),
    observe: seat.observe === undefined ? undefined : (simulation, agent) => seat.observe!(simulation, agent),
    strict,
  });
}

/** The spaces of each agent. */
export interface AgentSpaces {
  /** @throws EnvError for a name that no agent has */
  observationSpace(agent: string): Space;
  actionSpace(agent: string): Space;
}

export function spacesOf({ name, seats }: Play): AgentSpaces {
  const perspectiveOf = (agent: string) => {
    const seat = seats.find(({ agents }) => agents.includes(agent));
    if (seat !== undefined) return seat.perspective;
    throw new EnvError(
      'setting',
      `sim-env: ${name}: there is no agent "${agent}"; the agents are ${seats.flatMap((one) => one.agents).join(', ')}`,
    );
  };
  return {
    observationSpace: (agent) => perspectiveOf(agent).observationSpace,
    actionSpace: (agent) => perspectiveOf(agent).actionSpace,
  };
}

/** What takes the actions of each agent; it throws an EnvError for one outside the agent's space, or forbidden by the mask in the info of its decision. */
export function agentAcceptors({ name, seats }: Play): ReadonlyMap<string, (action: unknown, info: Info) => unknown> {
  return new Map(
    seats.flatMap(({ agents, perspective }) =>
      agents.map((agent) => [agent, actionAcceptorOf(perspective, `${name}: the action of ${agent} is`)] as const),
    ),
  );
}

/** How the agents of an environment act. */
export type AgentsKind = 'parallel' | 'turns';

/** Makes environments of one definition. */
export interface AgentsFactory<E, K extends AgentsKind = AgentsKind> {
  (options?: AgentsOptions): E;
  /** How its agents act: at the same time, or in turn. */
  readonly kind: K;
  readonly definition: AgentsDefinition<never>;
  /** For stages. */
  readonly play: Play;
}

/** What makes environments of a definition, by `create` from the play, the stage that it runs on and the limit of an episode. */
export function agentsFactory<S extends Simulation, R extends ArgumentRules, E, K extends AgentsKind>(
  definition: AgentsDefinition<S, R>,
  kind: K,
  create: (play: Play, stage: Stage, limit: number) => E,
): AgentsFactory<E, K> {
  const play = playOfAgents(definition);
  const make = (options: AgentsOptions = {}) => {
    checkSettings(play.name, options, optionRules);
    const { suspension = coroutine(), maxEpisodeSteps = definition.maxEpisodeSteps } = options;
    const own = play.withArguments!(options.arguments);
    return create(own, suspension(own), checkLimit(play.name, maxEpisodeSteps));
  };
  return Object.assign(make, { kind, definition: definition as unknown as AgentsDefinition<never>, play });
}
