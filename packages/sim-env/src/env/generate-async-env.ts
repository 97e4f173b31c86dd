import { enterRun, type Run } from '../decisions/current-run.ts';
import type { Perspective } from '../decisions/perspective.ts';
import type { Request } from '../decisions/request.ts';
import { EnvError } from '../env-error.ts';
import { checkSettings, milliseconds, object, stepLimit } from '../settings.ts';
import type { Space } from '../spaces/index.ts';
import type { ArgumentRules, ArgumentValues } from './arguments.ts';
import type { AsyncEnv, ResetResult, StepResult } from './env.ts';
import { createEpisode } from './episode.ts';
import { afterDecisions, ModelError, ModelTimeout, SimulationStopped } from './errors.ts';
import { definitionRules, type EnvDefinition, playOf } from './generate-env.ts';
import { inTurn } from './in-turn.ts';
import type { Simulation } from './simulation.ts';
import { endingOf, type Moment, type Play } from './stage.ts';

/** What an asynchronous environment may be told when it is made. */
export interface AsyncEnvOptions {
  readonly maxEpisodeSteps?: number;
  /** Milliseconds from an action to the next decision; default 10,000. */
  readonly timeout?: number;
  /** What the model is made with, by the definition's `arguments`; those left out are as it says. */
  readonly arguments?: ArgumentValues;
}

/** Makes environments of an asynchronous model, each with a simulation of its own. */
export interface AsyncEnvFactory<O extends Space = Space, A extends Space = Space, S extends Simulation = Simulation> {
  (options?: AsyncEnvOptions): AsyncEnv<O, A>;
  readonly definition: EnvDefinition<S, O, A>;
}

/**
 * Environments of a simulation whose `run` is an async function. Of all such environments one runs at a time, from its action to
 * its next decision: that is how a decision function, deep in the model, knows whose it is. So a model does one thing after
 * another; what it starts without awaiting must not decide.
 *
 * @throws EnvError where the perspective is on no decision function
 */
export function generateAsyncEnv<
  S extends Simulation,
  O extends Space,
  A extends Space,
  const R extends ArgumentRules = Record<never, never>,
>(definition: EnvDefinition<S, O, A, R>): AsyncEnvFactory<O, A, S> {
  checkSettings('generateAsyncEnv', definition, definitionRules);
  const play = playOf(definition);
  const make = (options: AsyncEnvOptions = {}) => {
    checkSettings(play.name, options, { maxEpisodeSteps: stepLimit, timeout: milliseconds, arguments: object });
    const { maxEpisodeSteps = definition.maxEpisodeSteps, timeout = 10_000 } = options;
    return createAsyncEnv(
      definition,
      createAsyncStage(play.withArguments!(options.arguments), timeout),
      maxEpisodeSteps,
    );
  };
  return Object.assign(make, { definition }) as unknown as AsyncEnvFactory<O, A, S>;
}

interface AsyncStage {
  start(seed: number, options: unknown): Promise<Moment>;
  resume(action: unknown): Promise<Moment>;
  render(): ReturnType<AsyncEnv['render']>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(action: unknown): void;
  reject(reason: unknown): void;
}

function createAsyncStage(play: Play, timeout: number): AsyncStage {
  const simulation = play.simulation();
  let decisions = 0;
  let waiting: Waiting | undefined;
  let running: Promise<Moment> | undefined;
  let decided: (moment: Moment) => void = () => {};

  const run: Run = {
    seats: new Map(play.seats.map((seat) => [seat.decision, seat])),
    promise(request: Request) {
      if (waiting !== undefined) {
        throw new EnvError(
          'model',
          'two decisions at once in an asynchronous model; await one before the other, or write a generator with together()',
        );
      }
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        decisions++;
        decided(request);
      });
    },
  };

  /** Lets the model run by `go` until it decides, ends, fails or takes too long. */
  async function toNextMoment(go: () => void): Promise<Moment> {
    const decision = new Promise<Moment>((resolve) => {
      decided = resolve;
    });
    const where = decisions === 0 ? 'in its beginning' : `waiting for something ${afterDecisions(decisions)}`;
    const previous = enterRun(run);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ModelTimeout(play.name, timeout, decisions, where)), timeout);
    });
    try {
      go();
      return await Promise.race([decision, running!, late]);
    } catch (error) {
      running = undefined;
      waiting = undefined;
      throw error instanceof ModelTimeout ? error : new ModelError(play.name, decisions, error);
    } finally {
      clearTimeout(timer);
      enterRun(previous);
    }
  }

  async function toEnd(): Promise<Moment> {
    await simulation.run();
    running = undefined;
    return endingOf(play.seats, simulation);
  }

  async function stop(): Promise<void> {
    const [open, unwinding] = [waiting, running];
    waiting = undefined;
    running = undefined;
    if (unwinding === undefined) return;
    simulation.stop?.();
    open?.reject(new SimulationStopped());
    await unwinding.catch(() => {});
  }

  return {
    start: (seed, options) =>
      inTurn(async () => {
        await stop();
        decisions = 0;
        return toNextMoment(() => {
          simulation.reset(seed, options);
          running = toEnd();
          running.catch(() => {});
        });
      }),
    resume: (action) =>
      inTurn(() => {
        const { resolve } = waiting!;
        waiting = undefined;
        return toNextMoment(() => resolve(action));
      }),
    render: () => play.render?.(simulation as never),
    close: () => inTurn(stop),
  };
}

function createAsyncEnv<O extends Space, A extends Space>(
  { name, decision }: { readonly name: string; readonly decision: Perspective<never, unknown, O, A> },
  stage: AsyncStage,
  maxEpisodeSteps: number | undefined,
): AsyncEnv<O, A> {
  const episode = createEpisode({ name, perspective: decision as unknown as Perspective, maxEpisodeSteps });

  async function failing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      episode.failed(error);
      throw error;
    }
  }

  const env: AsyncEnv = {
    observationSpace: decision.observationSpace,
    actionSpace: decision.actionSpace,
    spec: { id: name, ...(maxEpisodeSteps !== undefined && { maxEpisodeSteps }) },
    async reset(options = {}) {
      const seed = episode.begin(options);
      return failing(async () => episode.opened(await stage.start(seed, options.options)) as ResetResult<never>);
    },
    async step(action) {
      const answer = episode.accept(action);
      return failing(async () => episode.advanced(await stage.resume(answer)) as StepResult<never>);
    },
    render: () => stage.render(),
    async close() {
      episode.close();
      await stage.close();
    },
  };
  return env as unknown as AsyncEnv<O, A>;
}
