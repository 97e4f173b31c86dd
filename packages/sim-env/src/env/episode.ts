import { checkCopy } from '../copies.ts';
import { actionAcceptorOf } from '../decisions/action-mask.ts';
import type { Info, Perspective } from '../decisions/perspective.ts';
import { JointRequest, noInfo, type Request } from '../decisions/request.ts';
import { EnvError } from '../env-error.ts';
import { anything, checkSettings, stepLimit } from '../settings.ts';
import { copierOf } from '../spaces/copy.ts';
import type { ResetOptions, ResetResult, StepResult } from './env.ts';
import { createSeeds } from './seeds.ts';
import { Ending, type Moment } from './stage.ts';

type Phase = 'new' | 'deciding' | 'over' | 'failed' | 'closed';

/** The book-keeping of one environment with one agent: what may be called when, and what a moment looks like from outside. */
export interface Episode {
  /** Checks that a reset may begin, and returns the seed of its simulation. */
  begin(options: ResetOptions): number;
  /** @param taken steps of the episode that lie before the moment; default 0 */
  opened(moment: Moment, taken?: number): ResetResult<unknown>;
  /** Steps of the episode so far. */
  readonly steps: number;
  /** Checks that the action may be taken, and returns what the stage is to resume with. */
  accept(action: unknown): unknown;
  advanced(moment: Moment): StepResult<unknown>;
  /** An error has ended the episode. */
  failed(error: unknown): void;
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
  let info: Info = noInfo;
  /** The model waits for a list of one action. */
  let joint = false;
  let failure = '';
  const accept = actionAcceptorOf(perspective, `${name}: the action is`);
  const copy = copierOf(perspective.observationSpace);

  function ended(ending: Ending): StepResult<unknown> {
    const { observation: given, reward = 0, truncated = false, info: said = noInfo } = ending.finals[0]?.[0] ?? {};
    phase = 'over';
    // The last observation once more is an array of its own, as every step's is.
    const last = given ?? (copy === undefined ? observation : copy(observation));
    return [last, reward, !truncated, truncated, said];
  }

  function decisionIn(moment: Request | JointRequest): Request {
    joint = moment instanceof JointRequest;
    return moment instanceof JointRequest ? soleRequest(name, moment) : moment;
  }

  return {
    begin(options) {
      if (phase === 'closed')
        throw new EnvError('state', `sim-env: ${name}: reset after close; make a new environment`);
      checkSettings(`${name}: reset`, options, resetRules);
      const { seed } = options;
      phase = 'over';
      steps = 0;
      return seeds.next(seed);
    },

    get steps() {
      return steps;
    },

    opened(moment, taken = 0) {
      checkCopy(name, moment);
      if (moment instanceof Ending) {
        throw new EnvError(
          'model',
          `sim-env: ${name}: the model never decides: it ended without a call of the decision function that ${perspective.name} is on`,
        );
      }
      const request = decisionIn(moment);
      phase = 'deciding';
      steps = taken;
      ({ observation, info } = request);
      return [observation, info];
    },

    accept(action) {
      if (phase !== 'deciding') {
        const when =
          phase === 'failed'
            ? `after the end of the episode, which has failed (${failure}); call reset`
            : whenNot[phase];
        throw new EnvError('state', `sim-env: ${name}: step ${when}`);
      }
      const accepted = accept(action, info);
      return joint ? [accepted] : accepted;
    },

    advanced(moment) {
      steps++;
      if (moment instanceof Ending) return ended(moment);
      const request = decisionIn(moment);
      const truncated = steps >= limit;
      if (truncated) phase = 'over';
      ({ observation, info } = request);
      return [observation, request.reward, false, truncated, info];
    },

    failed(error) {
      if (phase === 'closed') return;
      phase = 'failed';
      failure = error instanceof Error ? error.message.replace(/^sim-env: /, '') : String(error);
    },
    close() {
      phase = 'closed';
    },
  };
}

const resetRules = { seed: anything, options: anything };

const whenNot: Readonly<Record<Exclude<Phase, 'deciding' | 'failed'>, string>> = {
  new: 'before reset; call reset first',
  over: 'after the end of the episode; call reset',
  closed: 'after close; make a new environment',
};

function soleRequest(name: string, moment: JointRequest): Request {
  if (moment.requests.length === 1) return moment.requests[0]!;
  throw new EnvError(
    'model',
    `sim-env: ${name}: ${moment.requests.length} decisions are made together, but the environment has one agent; use generateParallelEnv`,
  );
}

export function checkLimit(name: string, maxEpisodeSteps = Number.POSITIVE_INFINITY): number {
  checkSettings(name, { maxEpisodeSteps }, { maxEpisodeSteps: stepLimit });
  return maxEpisodeSteps;
}
