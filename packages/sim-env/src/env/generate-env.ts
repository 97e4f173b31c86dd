import { decisionSeenFrom } from '../decisions/decision.ts';
import type { Perspective } from '../decisions/perspective.ts';
import type { Seat } from '../decisions/seat.ts';
import type { Space } from '../spaces/index.ts';
import { coroutine } from './coroutine.ts';
import type { Env, Frame, ResetResult, StepResult } from './env.ts';
import { createEpisode } from './episode.ts';
import type { Simulation } from './simulation.ts';
import type { Play, SplitStage, Stage, Suspension } from './stage.ts';

export interface EnvDefinition<S extends Simulation, O extends Space, A extends Space> {
  /** In messages, and where another thread looks for the environment: the name that its module exports it under. */
  readonly name: string;
  /** `import.meta.url` of the module that exports the environment; `blocking()` needs it. */
  readonly module?: string;
  /** Makes the simulation of one environment. */
  simulation(): S;
  /** Where and how the agent decides. */
  readonly decision: Perspective<never, unknown, O, A>;
  /** Steps after which an episode is truncated; default none. */
  readonly maxEpisodeSteps?: number;
  /** Whether observations and rewards are checked; default true. Actions always are. */
  readonly strict?: boolean;
  render?(simulation: S): Frame;
}

export interface EnvOptions {
  /** Default `coroutine()`. */
  readonly suspension?: Suspension;
  /** Instead of the definition's. */
  readonly maxEpisodeSteps?: number;
}

/** Makes environments, each with a simulation of its own. */
export interface EnvFactory<O extends Space = Space, A extends Space = Space, S extends Simulation = Simulation> {
  (options?: EnvOptions): Env<O, A>;
  readonly definition: EnvDefinition<S, O, A>;
  /** For stages. */
  readonly play: Play;
}

/**
 * Environments of a simulation in which an agent makes the decisions of one function.
 *
 * @throws Error where the perspective is on no decision function
 */
export function generateEnv<S extends Simulation, O extends Space, A extends Space>(
  definition: EnvDefinition<S, O, A>,
): EnvFactory<O, A, S> {
  const play = playOf(definition);
  const make = ({ suspension = coroutine(), maxEpisodeSteps = definition.maxEpisodeSteps }: EnvOptions = {}) =>
    createEnv(definition, suspension(play), maxEpisodeSteps);
  return Object.assign(make, { definition, play });
}

/** The only agent of an environment with one agent. */
export const SOLE_AGENT = 'agent';

/** A definition with one agent as stages see it. */
export function playOf<S extends Simulation, O extends Space, A extends Space>(
  definition: Pick<EnvDefinition<S, O, A>, 'name' | 'module' | 'simulation' | 'decision' | 'strict' | 'render'>,
): Play {
  const perspective = definition.decision as unknown as Perspective;
  const seat: Seat = {
    index: 0,
    decision: decisionSeenFrom(perspective),
    perspective,
    agents: [SOLE_AGENT],
    strict: definition.strict ?? true,
  };
  return {
    name: definition.name,
    module: definition.module,
    seats: [seat],
    simulation: () => definition.simulation(),
    render: definition.render === undefined ? undefined : (simulation) => definition.render!(simulation),
  };
}

/** An environment that can be left running between the halves of a step, as one in another thread can. */
export interface SplitEnv<O extends Space = Space, A extends Space = Space> extends Env<O, A> {
  /** The first half of `step`; the second must follow before anything else. */
  send(action: Parameters<Env<O, A>['step']>[0]): void;
  receive(): ReturnType<Env<O, A>['step']>;
}

function createEnv<S extends Simulation, O extends Space, A extends Space>(
  { name, decision }: EnvDefinition<S, O, A>,
  stage: Stage | SplitStage,
  maxEpisodeSteps: number | undefined,
): Env<O, A> {
  const perspective = decision as unknown as Perspective;
  const episode = createEpisode({ name, perspective, maxEpisodeSteps });

  function failing<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      episode.failed();
      throw error;
    }
  }

  const env: Env = {
    observationSpace: decision.observationSpace,
    actionSpace: decision.actionSpace,
    spec: { id: name, ...(maxEpisodeSteps !== undefined && { maxEpisodeSteps }) },
    reset(options = {}): ResetResult<never> {
      const seed = episode.begin(options);
      return failing(() => episode.opened(stage.start(seed, options.options))) as ResetResult<never>;
    },
    step(action): StepResult<never> {
      episode.check(action);
      try {
        return episode.advanced(stage.resume(action)) as StepResult<never>;
      } catch (error) {
        episode.failed();
        throw error;
      }
    },
    render: () => stage.render(),
    close() {
      episode.close();
      stage.close();
    },
  };
  if (!('send' in stage)) return env as unknown as Env<O, A>;
  const split: SplitEnv = {
    ...env,
    send(action) {
      episode.check(action);
      stage.send(action);
    },
    receive: () => failing(() => episode.advanced(stage.receive())) as StepResult<never>,
  };
  return split as unknown as Env<O, A>;
}
