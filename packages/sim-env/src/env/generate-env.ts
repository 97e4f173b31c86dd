import { BY, COPY } from '../copies.ts';
import { decisionSeenFrom } from '../decisions/decision.ts';
import type { Perspective } from '../decisions/perspective.ts';
import { seatAt } from '../decisions/seat.ts';
import { callback, checkSettings, flag, object, required, stepLimit, words } from '../settings.ts';
import type { Space } from '../spaces/index.ts';
import {
  type ArgumentRules,
  type ArgumentsOf,
  type ArgumentValues,
  checkArgumentRules,
  completeArguments,
} from './arguments.ts';
import { coroutine } from './coroutine.ts';
import type { Env, Frame, ResetResult, StepResult } from './env.ts';
import { createEpisode } from './episode.ts';
import type { Simulation } from './simulation.ts';
import { drawing, type Play, type SplitStage, type Stage, type Suspension } from './stage.ts';

/** A model, and the decision at which its environment steps. */
export interface EnvDefinition<
  S extends Simulation,
  O extends Space,
  A extends Space,
  R extends ArgumentRules = ArgumentRules,
> {
  /** In messages, and where another thread looks for the environment: the name that its module exports it under. */
  readonly name: string;
  /** `import.meta.url` of the module that exports the environment; `blocking()` needs it. */
  readonly module?: string;
  /** What the model may be made with, such as a size or a length; an environment is told by `arguments`. Default nothing. */
  readonly arguments?: R;
  /** Makes the simulation of one environment. */
  simulation(given: ArgumentsOf<R>): S;
  /** Where and how the agent decides. */
  readonly decision: Perspective<never, unknown, O, A>;
  /** Steps after which an episode is truncated; default none. */
  readonly maxEpisodeSteps?: number;
  /** Whether observations and rewards are checked; default true. Actions always are. */
  readonly strict?: boolean;
  render?(simulation: S): Frame;
}

/** What an environment may be told when it is made. */
export interface EnvOptions {
  /** Default `coroutine()`. */
  readonly suspension?: Suspension;
  /** Instead of the definition's. */
  readonly maxEpisodeSteps?: number | undefined;
  /** What the model is made with, by the definition's `arguments`; those left out are as it says. */
  readonly arguments?: ArgumentValues | undefined;
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
 * @throws EnvError where the perspective is on no decision function; RangeError for a definition with something missing, wrong or unknown
 */
export function generateEnv<
  S extends Simulation,
  O extends Space,
  A extends Space,
  const R extends ArgumentRules = Record<never, never>,
>(definition: EnvDefinition<S, O, A, R>): EnvFactory<O, A, S> {
  checkSettings('generateEnv', definition, definitionRules);
  const play = playOf(definition);
  const make = (options: EnvOptions = {}) => {
    checkSettings(play.name, options, optionRules);
    const { suspension = coroutine(), maxEpisodeSteps = definition.maxEpisodeSteps } = options;
    return createEnv(definition, suspension(play.withArguments!(options.arguments)), maxEpisodeSteps);
  };
  return Object.assign(make, { definition, play }) as unknown as EnvFactory<O, A, S>;
}

export const definitionRules = {
  name: required(words),
  module: words,
  arguments: object,
  simulation: required(callback),
  decision: required(object),
  maxEpisodeSteps: stepLimit,
  strict: flag,
  render: callback,
};

export const optionRules = { suspension: callback, maxEpisodeSteps: stepLimit, arguments: object };

/** The only agent of an environment with one agent. */
export const SOLE_AGENT = 'agent';

/**
 * A definition with one agent as stages see it.
 *
 * @param given what its model is made with
 * @throws EnvError where the perspective is on no decision function, or for arguments that the definition doesn't allow
 */
export function playOf<S extends Simulation, O extends Space, A extends Space, R extends ArgumentRules>(
  definition: Pick<
    EnvDefinition<S, O, A, R>,
    'name' | 'module' | 'arguments' | 'simulation' | 'decision' | 'strict' | 'render'
  >,
  given?: unknown,
): Play {
  const perspective = definition.decision as unknown as Perspective;
  const seat = seatAt({
    index: 0,
    decision: decisionSeenFrom(perspective),
    perspective,
    agents: [SOLE_AGENT],
    strict: definition.strict ?? true,
  });
  const rules = definition.arguments ?? ({} as R);
  if (given === undefined) checkArgumentRules(definition.name, rules);
  const own = completeArguments(definition.name, rules, given);
  return {
    [BY]: COPY,
    name: definition.name,
    module: definition.module,
    seats: [seat],
    arguments: own,
    simulation: () => definition.simulation(own),
    withArguments: (others) => playOf(definition, others ?? {}),
    render: drawing(definition.render),
  };
}

/** An environment that can be left running between the halves of a step, as one in another thread can. */
export interface SplitEnv<O extends Space = Space, A extends Space = Space> extends Env<O, A> {
  /** The first half of `step`; the second must follow before anything else. */
  send(action: Parameters<Env<O, A>['step']>[0]): void;
  receive(): ReturnType<Env<O, A>['step']>;
}

/** An environment whose model offers snapshots of its own. */
export interface StatefulEnv<O extends Space = Space, A extends Space = Space> extends Env<O, A> {
  /** Where the episode stands, which has not ended. */
  capture(): CapturedState;
  /** To there, in any environment of the same kind: the observation and the info of that decision. What chance comes after the episode starts from nothing. */
  recall(captured: CapturedState): ReturnType<Env<O, A>['reset']>;
}

/** Steps of the episode so far, and the model's own snapshot. */
export interface CapturedState {
  readonly steps: number;
  readonly model: unknown;
}

function createEnv<O extends Space, A extends Space>(
  { name, decision }: { readonly name: string; readonly decision: Perspective<never, unknown, O, A> },
  stage: Stage | SplitStage,
  maxEpisodeSteps: number | undefined,
): Env<O, A> {
  const perspective = decision as unknown as Perspective;
  const episode = createEpisode({ name, perspective, maxEpisodeSteps });

  function failing<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      episode.failed(error);
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
      const answer = episode.accept(action);
      try {
        return episode.advanced(stage.resume(answer)) as StepResult<never>;
      } catch (error) {
        episode.failed(error);
        throw error;
      }
    },
    render: () => stage.render(),
    close() {
      episode.close();
      stage.close();
    },
  };
  const { capture, recall } = stage;
  const byState: Partial<StatefulEnv> =
    capture === undefined || recall === undefined
      ? {}
      : {
          capture: () => ({ steps: episode.steps, model: capture() }),
          recall({ steps, model }) {
            episode.begin({ seed: 0 });
            return failing(() => episode.opened(recall(model), steps)) as ResetResult<never>;
          },
        };
  if (!('send' in stage)) return { ...env, ...byState } as unknown as Env<O, A>;
  const split: SplitEnv = {
    ...env,
    send(action) {
      const answer = episode.accept(action);
      failing(() => stage.send(answer));
    },
    receive: () => failing(() => episode.advanced(stage.receive())) as StepResult<never>,
  };
  return split as unknown as Env<O, A>;
}
