import { actionAcceptorOf } from '../decisions/action-mask.ts';
import { enterRun, type Run } from '../decisions/current-run.ts';
import type { Info } from '../decisions/perspective.ts';
import { noInfo, type Request } from '../decisions/request.ts';
import { checkSeed } from '../random.ts';
import { anything, checkSettings, object, required, stepLimit } from '../settings.ts';
import type { Space, Value } from '../spaces/index.ts';
import type { ArgumentValues } from './arguments.ts';
import { checkLimit } from './episode.ts';
import { ModelError, SimulationStopped } from './errors.ts';
import { type EnvDefinition, playOf } from './generate-env.ts';
import { inTurn } from './in-turn.ts';
import type { RunsThrough, Simulation } from './simulation.ts';
import { endingOf } from './stage.ts';

/** An agent as a function: from how a decision looks to an action. */
export type Policy<O extends Space, A extends Space> = (observation: Value<O>, reward: number, info: Info) => Value<A>;

/** How a run with an agent went. */
export interface RunReport {
  /** Decisions that were made, and judged: steps of an environment. */
  readonly steps: number;
  /** Sum of the rewards. */
  readonly return: number;
  /** Whether a limit of steps, or a horizon of the model's, ended it. */
  readonly truncated: boolean;
}

/** How a model is run with an agent. */
export interface RunOptions {
  readonly seed: number;
  /** For the simulation's reset. */
  readonly options?: unknown;
  /** Steps after which the simulation is stopped; default the definition's `maxEpisodeSteps`. */
  readonly maxEpisodeSteps?: number;
  /** What the model is made with, by the definition's `arguments`. */
  readonly arguments?: ArgumentValues;
}

/**
 * Runs a simulation from its start to its end and calls `policy` at each decision: no suspension and no threads, whether the model is
 * plain or a generator.
 *
 * @throws EnvError for an action outside the space; what `policy` throws; ModelError
 */
export function runWithAgent<S extends Simulation<RunsThrough>, O extends Space, A extends Space>(
  definition: EnvDefinition<S, O, A>,
  policy: Policy<O, A>,
  options: RunOptions,
): RunReport {
  return runDirectly(createDirectRun(definition, options, policy), options);
}

/** How a run ended: what an environment's last step would give. */
export interface LastStep {
  readonly observation: unknown;
  readonly reward: number;
  /** Whether nothing follows; otherwise a limit of steps, or a horizon of the model's, was reached. */
  readonly terminated: boolean;
  readonly info: Info;
}

/** As `runWithAgent`, and tells `onLast` what became of the last action. */
export function runToLast<S extends Simulation<RunsThrough>, O extends Space, A extends Space>(
  definition: EnvDefinition<S, O, A>,
  policy: Policy<O, A>,
  options: RunOptions,
  onLast: (step: LastStep) => void,
): RunReport {
  return runDirectly(createDirectRun(definition, options, policy, onLast), options);
}

/** Runs a simulation whose own code decides, and judges that code as an agent in its place would be judged. */
export function runOwnRule<S extends Simulation<RunsThrough>, O extends Space, A extends Space>(
  definition: EnvDefinition<S, O, A>,
  options: RunOptions,
): RunReport {
  return runDirectly(createDirectRun(definition, options), options);
}

/** `runWithAgent` for a model whose `run` is an async function. */
export function runAsyncWithAgent<S extends Simulation<Promise<void>>, O extends Space, A extends Space>(
  definition: EnvDefinition<S, O, A>,
  policy: Policy<O, A>,
  options: RunOptions,
): Promise<RunReport> {
  return inTurn(async () => {
    const direct = createDirectRun(definition, options, policy);
    const previous = enterRun(direct.run);
    try {
      direct.simulation.reset(options.seed, options.options);
      await direct.simulation.run();
      return direct.ended();
    } catch (error) {
      return direct.thrown(error);
    } finally {
      enterRun(previous);
    }
  });
}

interface DirectRun<S extends Simulation> {
  readonly simulation: S;
  readonly run: Run;
  ended(): RunReport;
  /** @throws the error, unless it is how the run was stopped */
  thrown(error: unknown): RunReport;
}

function runDirectly(direct: DirectRun<Simulation<RunsThrough>>, { seed, options }: RunOptions): RunReport {
  const previous = enterRun(direct.run);
  try {
    direct.simulation.reset(seed, options);
    const running = direct.simulation.run();
    if (typeof running === 'object') while (!running.next().done);
    return direct.ended();
  } catch (error) {
    return direct.thrown(error);
  } finally {
    enterRun(previous);
  }
}

function createDirectRun<S extends Simulation, O extends Space, A extends Space>(
  definition: EnvDefinition<S, O, A>,
  options: RunOptions,
  policy?: Policy<O, A>,
  onLast?: (step: LastStep) => void,
): DirectRun<S> {
  checkSettings(definition.name, options, {
    seed: required(anything),
    options: anything,
    maxEpisodeSteps: stepLimit,
    arguments: object,
  });
  checkSeed(options.seed);
  const { maxEpisodeSteps = definition.maxEpisodeSteps } = options;
  const play = playOf(definition, options.arguments ?? {});
  const simulation = play.simulation() as S;
  const accept = actionAcceptorOf(play.seats[0]!.perspective, `${play.name}: the action is`);
  const limit = checkLimit(play.name, maxEpisodeSteps);
  let [decisions, total] = [0, 0];
  let full = false;
  let latest: unknown;
  // An error of the agent passes through the model on its way out; it must not look like the model's.
  let agentError: { readonly error: unknown } | undefined;

  /** Counts the decision; the reward at the first one is for no action. */
  function judge(request: Request): void {
    const { observation, reward, info } = request;
    if (decisions > 0 && !full) total += reward;
    if (!full && decisions === limit) onLast?.({ observation, reward, terminated: false, info });
    full = decisions === limit;
    latest = observation;
    if (!full) decisions++;
    else {
      simulation.stop?.();
      throw new SimulationStopped();
    }
  }

  function act({ observation, reward, info }: Request): Value<A> {
    try {
      return accept(policy!(observation as Value<O>, reward, info), info) as Value<A>;
    } catch (error) {
      agentError = { error };
      throw error;
    }
  }

  const seats = new Map(play.seats.map((seat) => [seat.decision, seat]));
  return {
    simulation,
    run:
      policy === undefined
        ? { seats, watch: judge }
        : {
            seats,
            answer(request) {
              judge(request);
              return act(request);
            },
          },
    ended() {
      if (agentError !== undefined) throw agentError.error;
      if (full || decisions === 0) return { steps: decisions, return: total, truncated: full };
      const final = endingOf(play.seats, simulation).finals[0]?.[0] ?? {};
      const { observation = latest, reward = 0, truncated = false, info = noInfo } = final;
      onLast?.({ observation, reward, terminated: !truncated, info });
      return { steps: decisions, return: total + reward, truncated };
    },
    thrown(error) {
      if (agentError !== undefined) throw agentError.error;
      if (full && error instanceof SimulationStopped) return { steps: decisions, return: total, truncated: true };
      throw new ModelError(play.name, decisions, error);
    },
  };
}
