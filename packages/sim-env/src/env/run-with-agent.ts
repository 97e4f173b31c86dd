import { enterRun, type Run } from '../decisions/current-run.ts';
import type { Info } from '../decisions/perspective.ts';
import type { Space, Value } from '../spaces/index.ts';
import { ModelError } from './errors.ts';
import { type EnvDefinition, playOf } from './generate-env.ts';
import { inTurn } from './in-turn.ts';
import type { Coroutine, Simulation } from './simulation.ts';
import { endingOf } from './stage.ts';

/** An agent as a function: from how a decision looks to an action. */
export type Policy<O extends Space, A extends Space> = (observation: Value<O>, reward: number, info: Info) => Value<A>;

export interface RunReport {
  /** Decisions that the agent made. */
  readonly decisions: number;
  /** Sum of the rewards. */
  readonly return: number;
}

export interface RunWithAgentOptions {
  readonly seed: number;
  /** For the simulation's reset. */
  readonly options?: unknown;
}

/**
 * Runs a simulation from its start to its end and calls `policy` at each decision: no suspension and no threads, whether the model is
 * plain or a generator. `maxEpisodeSteps` does not count here: the model runs to its own end.
 *
 * @throws RangeError for an action outside the space; what `policy` throws; ModelError
 */
export function runWithAgent<S extends Simulation<void | Coroutine>, O extends Space, A extends Space>(
  definition: EnvDefinition<S, O, A>,
  policy: Policy<O, A>,
  { seed, options }: RunWithAgentOptions,
): RunReport {
  const direct = createDirectRun(definition, policy);
  const previous = enterRun(direct.run);
  try {
    direct.simulation.reset(seed, options);
    const running = direct.simulation.run();
    if (typeof running === 'object') while (!running.next().done);
    return direct.report();
  } catch (error) {
    throw direct.failure(error);
  } finally {
    enterRun(previous);
  }
}

/** The same for a model whose `run` is an async function. */
export function runAsyncWithAgent<S extends Simulation<Promise<void>>, O extends Space, A extends Space>(
  definition: EnvDefinition<S, O, A>,
  policy: Policy<O, A>,
  { seed, options }: RunWithAgentOptions,
): Promise<RunReport> {
  return inTurn(async () => {
    const direct = createDirectRun(definition, policy);
    const previous = enterRun(direct.run);
    try {
      direct.simulation.reset(seed, options);
      await direct.simulation.run();
      return direct.report();
    } catch (error) {
      throw direct.failure(error);
    } finally {
      enterRun(previous);
    }
  });
}

function createDirectRun<S extends Simulation, O extends Space, A extends Space>(
  definition: EnvDefinition<S, O, A>,
  policy: Policy<O, A>,
) {
  const play = playOf(definition);
  const simulation = definition.simulation();
  const { actionSpace } = definition.decision;
  let [decisions, total] = [0, 0];
  // An error of the agent passes through the model on its way out; it must not look like the model's.
  let agentError: { readonly error: unknown } | undefined;

  function act(observation: Value<O>, reward: number, info: Info): Value<A> {
    try {
      const action = policy(observation, reward, info);
      if (actionSpace.contains(action)) return action;
      throw new RangeError(`sim-env: ${play.name}: the action is outside its space: ${actionSpace.violation(action)}`);
    } catch (error) {
      agentError = { error };
      throw error;
    }
  }

  const run: Run = {
    seats: new Map(play.seats.map((seat) => [seat.decision, seat])),
    answer({ observation, reward, info }) {
      // The reward at the first decision is for no action.
      if (decisions > 0) total += reward;
      decisions++;
      return act(observation as Value<O>, reward, info);
    },
  };

  return {
    simulation,
    run,
    report(): RunReport {
      if (agentError !== undefined) throw agentError.error;
      if (decisions > 0) total += endingOf(play.seats, simulation).finals[0]?.reward ?? 0;
      return { decisions, return: total };
    },
    failure: (error: unknown) => agentError?.error ?? new ModelError(play.name, decisions, error),
  };
}
