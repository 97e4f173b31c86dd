import { copierOf } from '../spaces/copy.ts';
import type { Decision } from './decision.ts';
import type { Perspective } from './perspective.ts';

/** A place at a decision function that an environment's agents decide from. */
export interface Seat {
  readonly index: number;
  readonly decision: Decision;
  readonly perspective: Perspective;
  /** Who can decide here. */
  readonly agents: readonly string[];
  /** Who decides, from the function's arguments; the only agent where it is left out. */
  readonly agentOf?: ((...args: never) => string) | undefined;
  /** Whether an agent that is not asked in a round may be asked again. */
  readonly active?: ((simulation: never, agent: string) => boolean) | undefined;
  /** How things look to an agent that is not deciding. */
  readonly observe?: ((simulation: never, agent: string) => unknown) | undefined;
  /** Observations and rewards are checked. */
  readonly strict: boolean;
  /** Copies an observation out of the model's own arrays; undefined where there are none. */
  readonly copy: ((observation: unknown) => unknown) | undefined;
}

export const seatAt = (seat: Omit<Seat, 'copy'>): Seat => ({
  ...seat,
  copy: copierOf(seat.perspective.observationSpace),
});
