import { BY, COPY } from '../copies.ts';
import { EnvError } from '../env-error.ts';
import { copyOf } from '../spaces/copy.ts';
import { ACTION_MASK, actionMaskOf } from './action-mask.ts';
import type { Info, Perspective } from './perspective.ts';
import type { Seat } from './seat.ts';

/** A decision that waits for an action. A class, so that a driver knows it among the values that a model yields. */
export class Request {
  readonly seat: Seat;
  readonly agent: string;
  readonly observation: unknown;
  readonly reward: number;
  readonly info: Info;
  /** Of the decision function; none where it is in another thread. */
  readonly args: readonly unknown[] | undefined;

  constructor(seat: Seat, agent: string, observation: unknown, reward: number, info: Info, args?: readonly unknown[]) {
    this.seat = seat;
    this.agent = agent;
    this.observation = observation;
    this.reward = reward;
    this.info = info;
    this.args = args;
  }

  get [BY](): string {
    return COPY;
  }
}

/** Decisions that wait for their actions at the same time. */
export class JointRequest {
  readonly requests: readonly Request[];
  constructor(requests: readonly Request[]) {
    this.requests = requests;
  }

  get [BY](): string {
    return COPY;
  }
}

export const noInfo: Info = Object.freeze({});

type AnyPerspective = Perspective<readonly unknown[]>;

/**
 * The decision as its seat sees it.
 *
 * @throws EnvError for an observation outside its space, or a reward that is no number, where the seat is strict; for a mask that is none of the action space
 */
export function requestOf(seat: Seat, args: readonly unknown[]): Request {
  const perspective = seat.perspective as AnyPerspective;
  const reward = perspective.reward(...args);
  const observation = perspective.observation(...args);
  const info = infoOf(perspective, args);
  if (seat.strict) {
    checkObservation(perspective, observation);
    checkReward(perspective, reward);
  }
  const agent = seat.agentOf === undefined ? seat.agents[0]! : agentOf(seat, args);
  return new Request(seat, agent, ownObservation(seat, observation), reward, info, args);
}

function infoOf(perspective: AnyPerspective, args: readonly unknown[]): Info {
  const info = perspective.info === undefined ? noInfo : ownInfo(perspective.info(...args));
  if (perspective.time !== undefined) return withMask(perspective, args, { ...info, time: timeOf(perspective, args) });
  return withMask(perspective, args, info);
}

function withMask(perspective: AnyPerspective, args: readonly unknown[], info: Info): Info {
  if (perspective.actionMask === undefined) return info;
  const mask = actionMaskOf(perspective, args);
  return mask === null ? info : { ...info, [ACTION_MASK]: mask };
}

function timeOf(perspective: AnyPerspective, args: readonly unknown[]): number {
  return checkedTime(perspective as unknown as Perspective, perspective.time!(...args));
}

/** @throws EnvError for a time that is no finite number */
export function checkedTime({ name }: Perspective, time: unknown): number {
  if (Number.isFinite(time)) return time as number;
  throw new EnvError('data', `sim-env: perspective ${name}: the time is ${String(time)}, expected a finite number`);
}

/** Models may go on writing to the arrays that they observe by, and to what they inform of. */
export const ownObservation = ({ copy }: Seat, observation: unknown): unknown =>
  copy === undefined ? observation : copy(observation);

export const ownInfo = (info: Info): Info => copyOf({ ...info });

/** The return value that an action stands for. */
export function resultOf(seat: Seat, args: readonly unknown[], action: unknown): unknown {
  return (seat.perspective as AnyPerspective).action(action as never, ...args);
}

export function checkObservation({ name, observationSpace }: Perspective, observation: unknown): void {
  if (observationSpace.contains(observation)) return;
  throw new EnvError(
    'data',
    `sim-env: perspective ${name}: the observation is outside its space: ${observationSpace.violation(observation)}`,
  );
}

export function checkReward({ name }: Perspective, reward: unknown): void {
  if (typeof reward === 'number' && !Number.isNaN(reward)) return;
  throw new EnvError('data', `sim-env: perspective ${name}: the reward is ${reward}, expected a number`);
}

function agentOf(seat: Seat, args: readonly unknown[]): string {
  const agent = (seat.agentOf as (...args: readonly unknown[]) => string)(...args);
  if (seat.agents.includes(agent)) return agent;
  throw new EnvError(
    'model',
    `sim-env: perspective ${seat.perspective.name}: "${agent}" decides, but the agents are ${seat.agents.join(', ')}`,
  );
}
