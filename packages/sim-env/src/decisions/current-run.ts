import type { Decision } from './decision.ts';
import type { Request } from './request.ts';
import type { Seat } from './seat.ts';

/** A simulation at work, as its decision functions see it. With none of the three, generators suspend by yielding. */
export interface Run {
  readonly seats: ReadonlyMap<Decision, Seat>;
  /** Returns the action itself: the caller is blocked, or an agent is called. */
  readonly answer?: (request: Request) => unknown;
  /** Looks on while the function's own code decides. */
  readonly watch?: (request: Request) => void;
  /** Promises the action. */
  readonly promise?: (request: Request) => Promise<unknown>;
}

// Model code runs in one thread and finds its environment here, so that it need not carry a handle it knows nothing of.
let current: Run | undefined;

/** The run whose model code is being executed. */
export const currentRun = (): Run | undefined => current;

/** Makes `run` the current one and returns the one that it replaces, to be handed to the next call. */
export function enterRun(run: Run | undefined): Run | undefined {
  const previous = current;
  current = run;
  return previous;
}
