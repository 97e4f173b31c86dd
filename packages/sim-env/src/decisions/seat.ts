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
  /** Observations and rewards are checked. */
  readonly strict: boolean;
}
