import type { Perspective } from '../decisions/perspective.ts';
import { JointRequest, noInfo, type Request } from '../decisions/request.ts';
import { checkSeed, createRandom, freshSeed, type Random } from '../random.ts';
import type { ResetOptions, ResetResult, StepResult } from './env.ts';
import { Ending, type Moment } from './stage.ts';

type Phase = 'new' | 'deciding' | 'over' | 'closed';

/** The book-keeping of one environment with one agent: what may be called when, and what a moment looks like from outside. */
export interface Episode {
  /** Checks that a reset may begin, and returns the seed of its simulation. */
  begin(options: ResetOptions): number;
  opened(moment: Moment): ResetResult<unknown>;
  /** Checks that the action may be taken. */
  check(action: unknown): void;
  advanced(moment: Moment): StepResult<unknown>;
  /** An error has ended the episode. */
  failed(): void;
  close(): void;
}

export interface EpisodeOptions {
  readonly name: string;
  readonly perspective: Perspective;
  readonly maxEpisodeSteps?: number | undefined;
}

export function createEpisode({ name, perspective, maxEpisodeSteps }: EpisodeOptions): Episode {
  const limit = checkLimit(name, maxEpisodeSteps);
  const seeds = createSeeds();
  let phase: Phase = 'new';
  let steps = 0;
  let observation: unknown;

  function ended(ending: Ending): StepResult<unknown> {
    const final = ending.finals[0] ?? {};
    phase = 'over';
    if (final.observation !== undefined) observation = final.observation;
    return [observation, final.reward ?? 0, true, false, final.info ?? noInfo];
  }

  return {
    begin({ seed }) {
      if (phase === 'closed') throw new Error(`sim-env: ${name}: reset after close; make a new environment`);
      phase = 'over';
      steps = 0;
      return seeds.next(seed);
    },

    opened(moment) {
      if (moment instanceof Ending) {
        throw new Error(
          `sim-env: ${name}: the model never decides: it ended without a call of the decision function that ${perspective.name} is on`,
        );
      }
      const request = single(name, moment);
      phase = 'deciding';
      observation = request.observation;
      return [observation, request.info];
    },

    check(action) {
      if (phase !== 'deciding') throw new Error(`sim-env: ${name}: step ${whenNot[phase]}`);
      if (perspective.actionSpace.contains(action)) return;
      throw new RangeError(
        `sim-env: ${name}: the action is outside its space: ${perspective.actionSpace.violation(action)}`,
      );
    },

    advanced(moment) {
      steps++;
      if (moment instanceof Ending) return ended(moment);
      const request = single(name, moment);
      const truncated = steps >= limit;
      if (truncated) phase = 'over';
      observation = request.observation;
      return [observation, request.reward, false, truncated, request.info];
    },

    failed() {
      if (phase !== 'closed') phase = 'over';
    },
    close() {
      phase = 'closed';
    },
  };
}

const whenNot: Readonly<Record<Exclude<Phase, 'deciding'>, string>> = {
  new: 'before reset; call reset first',
  over: 'after the end of the episode; call reset',
  closed: 'after close; make a new environment',
};

function single(name: string, moment: Request | JointRequest): Request {
  if (!(moment instanceof JointRequest)) return moment;
  if (moment.requests.length === 1) return moment.requests[0]!;
  throw new Error(
    `sim-env: ${name}: ${moment.requests.length} decisions are made together, but the environment has one agent; use generateParallelEnv`,
  );
}

export function checkLimit(name: string, maxEpisodeSteps = Number.POSITIVE_INFINITY): number {
  if (maxEpisodeSteps === Number.POSITIVE_INFINITY || (Number.isInteger(maxEpisodeSteps) && maxEpisodeSteps > 0)) {
    return maxEpisodeSteps;
  }
  throw new RangeError(`sim-env: ${name}: maxEpisodeSteps is a positive integer, got ${maxEpisodeSteps}`);
}

/** Seeds of simulations, one after another: the seed that a reset gives, then numbers that follow from it. */
export interface Seeds {
  /** @throws RangeError for a number that is no seed */
  next(given: number | undefined): number;
}

export function createSeeds(): Seeds {
  let random: Random | undefined;
  return {
    next(given) {
      if (given !== undefined) {
        checkSeed(given);
        random = createRandom(given);
        return given;
      }
      random ??= createRandom(freshSeed());
      return random.int(2 ** 32);
    },
  };
}
