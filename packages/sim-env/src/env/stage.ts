import { BY, COPY } from '../copies.ts';
import type { Final, Perspective } from '../decisions/perspective.ts';
import {
  checkedTime,
  checkObservation,
  checkReward,
  type JointRequest,
  ownInfo,
  ownObservation,
  type Request,
} from '../decisions/request.ts';
import type { Seat } from '../decisions/seat.ts';
import { EnvError } from '../env-error.ts';
import { copyOf } from '../spaces/copy.ts';
import { describeValue } from '../spaces/describe-value.ts';
import type { Space } from '../spaces/index.ts';
import type { ArgumentValues } from './arguments.ts';
import type { Frame } from './env.ts';
import type { Simulation } from './simulation.ts';

/** The model has ended; `finals[seat.index]` is what its perspective says of that, for each of the seat's agents in order. */
export class Ending {
  readonly finals: readonly (readonly Final<unknown>[])[];
  constructor(finals: readonly (readonly Final<unknown>[])[]) {
    this.finals = finals;
  }

  get [BY](): string {
    return COPY;
  }
}

/** Where a simulation stands when it is not running. */
export type Moment = Request | JointRequest | Ending;

/** What can be asked of a simulation between its decisions; plain data, since the simulation may be in another thread. */
export type Question =
  | { readonly about: 'state' }
  /** How things look to an agent by its seat's `observe`. */
  | { readonly about: 'observation'; readonly agent: string }
  /** Which of these agents may not be asked again, by their seats' `active`, and how it ends for each. */
  | { readonly about: 'gone'; readonly agents: readonly string[] };

/** Agents that may not be asked again, and how it ends for each. */
export type Gone = readonly (readonly [agent: string, final: Final<unknown>])[];

/** Runs a simulation from decision to decision. */
export interface Stage {
  /** Ends an episode that is under way and runs a new one to its first moment. */
  start(seed: number, options: unknown): Moment;
  /** `answer` is the action, or one action for each request of a joint one. */
  resume(answer: unknown): Moment;
  render(): Frame | undefined;
  /** What the simulation says between its decisions, wherever it runs; undefined where it has not been started. @throws ModelError, ModelTimeout */
  tell(question: Question): unknown;
  /** The model's own snapshot between its decisions; none where it is in another thread, or offers none. @throws ModelError */
  capture?(): unknown;
  /** Ends an episode that is under way, and brings the model to the decision at which the snapshot was taken. @throws ModelError */
  recall?(state: unknown): Moment;
  close(): void;
  /** The simulation, where it is in this thread. */
  readonly simulation?: Simulation;
}

/** A stage whose environment can be left running meanwhile: `send` starts what `receive` waits for. */
export interface SplitStage extends Stage {
  send(answer: unknown): void;
  receive(): Moment;
}

/** What a stage needs to know of an environment. */
export interface Play {
  /** The copy of this package that the environment is from. */
  readonly [BY]: string;
  readonly name: string;
  /** The module that exports the environment, for stages in other threads. */
  readonly module?: string | undefined;
  readonly seats: readonly Seat[];
  /** What its simulations are made with. */
  readonly arguments?: ArgumentValues;
  simulation(): Simulation;
  /** The same with simulations that are made otherwise. @throws EnvError for arguments that the model doesn't take */
  withArguments?(given: unknown): Play;
  readonly render?: ((simulation: never) => Frame) | undefined;
  readonly state?: { readonly space: Space; of(simulation: Simulation): unknown } | undefined;
}

/** Chooses how a model is suspended. */
export type Suspension = (play: Play) => Stage;

/** @throws as `finalOf` */
export function endingOf(seats: readonly Seat[], simulation: Simulation): Ending {
  return new Ending(seats.map((seat) => seat.agents.map((agent) => finalOf(seat, simulation, agent))));
}

/** @throws EnvError for a final observation outside its space, or none where it is truncated, or a reward that is no number */
export function finalOf(seat: Seat, simulation: Simulation, agent: string): Final<unknown> {
  const { perspective, strict } = seat;
  const final: Final<unknown> = (perspective as Perspective).final?.(simulation as never, agent) ?? {};
  const { observation, reward, truncated, time } = final;
  const info = time === undefined ? final.info : { ...final.info, time: checkedTime(perspective, time) };
  if (truncated !== undefined) checkTruncated(perspective, final);
  if (strict && observation !== undefined) checkObservation(perspective, observation);
  if (strict && reward !== undefined) checkReward(perspective, reward);
  return {
    ...(observation !== undefined && { observation: ownObservation(seat, observation) }),
    ...(reward !== undefined && { reward }),
    ...(truncated === true && { truncated }),
    ...(info !== undefined && { info: ownInfo(info) }),
  };
}

/** The last decision lies a step before the end; an estimate of what follows that was made from there would count that step twice. */
function checkTruncated({ name }: Perspective, { truncated, observation }: Final<unknown>): void {
  if (typeof truncated !== 'boolean') {
    throw new EnvError(
      'data',
      `sim-env: perspective ${name}: final says that truncated is ${describeValue(truncated)}, expected true or false`,
    );
  }
  if (!truncated || observation !== undefined) return;
  throw new EnvError(
    'data',
    `sim-env: perspective ${name}: final says truncated and gives no observation; give how things stand at the end, from which learners estimate what would have followed`,
  );
}

/** A frame that the model does not draw over. */
export function drawing<S>(render: ((simulation: S) => Frame) | undefined): ((simulation: never) => Frame) | undefined {
  if (render === undefined) return undefined;
  return (simulation) => copyOf(render(simulation as S));
}
