import type { Final, Perspective } from '../decisions/perspective.ts';
import { checkObservation, checkReward, type JointRequest, type Request } from '../decisions/request.ts';
import type { Seat } from '../decisions/seat.ts';
import type { Frame } from './env.ts';
import type { Simulation } from './simulation.ts';

/** The model has ended; `finals[seat.index]` is what its perspective says of that. */
export class Ending {
  readonly finals: readonly Final<unknown>[];
  constructor(finals: readonly Final<unknown>[]) {
    this.finals = finals;
  }
}

/** Where a simulation stands when it is not running. */
export type Moment = Request | JointRequest | Ending;

/** Runs a simulation from decision to decision. */
export interface Stage {
  /** Ends an episode that is under way and runs a new one to its first moment. */
  start(seed: number, options: unknown): Moment;
  /** `answer` is the action, or one action for each request of a joint one. */
  resume(answer: unknown): Moment;
  render(): Frame | undefined;
  close(): void;
}

/** A stage whose environment can be left running meanwhile: `send` starts what `receive` waits for. */
export interface SplitStage extends Stage {
  send(answer: unknown): void;
  receive(): Moment;
}

/** What a stage needs to know of an environment. */
export interface Play {
  readonly name: string;
  /** The module that exports the environment, for stages in other threads. */
  readonly module?: string | undefined;
  readonly seats: readonly Seat[];
  simulation(): Simulation;
  readonly render?: ((simulation: never) => Frame) | undefined;
}

/** Chooses how a model is suspended. */
export type Suspension = (play: Play) => Stage;

/** @throws RangeError for a final observation outside its space */
export function endingOf(seats: readonly Seat[], simulation: Simulation): Ending {
  return new Ending(seats.map((seat) => finalOf(seat, simulation)));
}

function finalOf({ perspective, strict }: Seat, simulation: Simulation): Final<unknown> {
  const final = (perspective as Perspective).final?.(simulation as never) ?? {};
  if (strict && final.observation !== undefined) checkObservation(perspective, final.observation);
  if (strict && final.reward !== undefined) checkReward(perspective, final.reward);
  return final;
}
