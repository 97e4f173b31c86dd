import { checkCopy } from '../copies.ts';
import { enterRun, type Run } from '../decisions/current-run.ts';
import { JointRequest, Request } from '../decisions/request.ts';
import { EnvError } from '../env-error.ts';
import { checkSettings, milliseconds } from '../settings.ts';
import { copyOf } from '../spaces/copy.ts';
import { answerTo } from './answer-to.ts';
import { ModelError, ModelTimeout } from './errors.ts';
import type { Coroutine, Simulation } from './simulation.ts';
import { endingOf, type Moment, type Play, type Stage, type Suspension } from './stage.ts';

/** What a coroutine may be told. */
export interface CoroutineOptions {
  /** Milliseconds that a model may yield without deciding; default 10,000. A loop that does not yield cannot be stopped. */
  readonly timeout?: number;
}

/** Suspends models whose `run` is a generator, in the thread that they are in. */
export function coroutine(options: CoroutineOptions = {}): Suspension {
  checkSettings('coroutine', options, { timeout: milliseconds });
  const { timeout = 10_000 } = options;
  return (play) => {
    checkCopy(play.name, play);
    return createCoroutineStage(play, timeout);
  };
}

function createCoroutineStage(play: Play, timeout: number): Stage {
  const simulation = play.simulation();
  const run: Run = { seats: new Map(play.seats.map((seat) => [seat.decision, seat])) };
  let running: Coroutine | undefined;
  let decisions = 0;

  /** To the next decision or the end; `run` must be the current one. */
  function advance(generator: Coroutine, answer: unknown): Moment {
    let { done, value } = generator.next(answer);
    if (!done && !isMoment(value)) ({ done, value } = skipOthers(generator, value));
    if (done) {
      running = undefined;
      return endingOf(play.seats, simulation);
    }
    decisions++;
    return value as Moment;
  }

  /** What a model yields for purposes of its own is none of ours. */
  function skipOthers(generator: Coroutine, first: unknown): IteratorResult<unknown, void> {
    checkCopy(play.name, first);
    const deadline = Date.now() + timeout;
    for (;;) {
      const yielded = generator.next(undefined);
      if (yielded.done || isMoment(yielded.value)) return yielded;
      checkCopy(play.name, yielded.value);
      if (Date.now() > deadline) throw new ModelTimeout(play.name, timeout, decisions, 'at a yield of its own');
    }
  }

  /** Model code, with its errors named. */
  function inModel<T>(work: () => T): T {
    const previous = enterRun(run);
    try {
      return work();
    } catch (error) {
      abandon();
      throw error instanceof ModelTimeout ? error : new ModelError(play.name, decisions, error);
    } finally {
      enterRun(previous);
    }
  }

  /** `return` runs the model's `finally` blocks and cannot be caught. */
  function abandon(): void {
    const generator = running;
    running = undefined;
    generator?.return(undefined);
  }

  function stop(): void {
    if (running === undefined) return;
    inModel(() => {
      simulation.stop?.();
      abandon();
    });
  }

  const byState = (): Pick<Stage, 'capture' | 'recall'> => ({
    capture: () => inModel(() => copyOf(simulation.snapshot!())),
    recall(state) {
      stop();
      return begin(() => simulation.restore!(copyOf(state)));
    },
  });

  /** Runs the model from where `place` puts it. */
  const begin = (place: () => void) =>
    inModel(() => {
      place();
      running = generatorOf(play.name, simulation);
      return advance(running, undefined);
    });

  return {
    simulation,
    start(seed, options) {
      stop();
      decisions = 0;
      return begin(() => simulation.reset(seed, options));
    },

    // The hot path: `inModel` spelled out, because a closure for each step costs as much as the step.
    resume(answer) {
      const previous = enterRun(run);
      try {
        return advance(running!, answer);
      } catch (error) {
        abandon();
        throw error instanceof ModelTimeout ? error : new ModelError(play.name, decisions, error);
      } finally {
        enterRun(previous);
      }
    },

    render: () => play.render?.(simulation as never),
    tell(question) {
      try {
        return answerTo(play, simulation, question);
      } catch (error) {
        throw error instanceof EnvError ? error : new ModelError(play.name, decisions, error);
      }
    },
    ...(simulation.snapshot !== undefined && simulation.restore !== undefined && byState()),
    close: stop,
  };
}

const isMoment = (value: unknown): boolean => value instanceof Request || value instanceof JointRequest;

function generatorOf(name: string, simulation: Simulation): Coroutine {
  const running = simulation.run();
  if (typeof running === 'object' && 'next' in running) return running;
  if (running instanceof Promise) {
    running.catch(() => {});
    throw new EnvError(
      'model',
      `run of ${name} returned a promise; use generateAsyncEnv, or blocking() of @unbraid/sim-env/node`,
    );
  }
  // A plain run has gone to its end without asking anyone; its environment says so.
  return (function* () {})();
}
