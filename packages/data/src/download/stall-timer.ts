import { InputError } from '@unbraid/checks';
/** Aborts `signal` where nobody calls `touch` for a while. */
export interface StallTimer {
  readonly signal: AbortSignal;
  readonly touch: () => void;
  /** Ends the watch and breaks off what still follows `signal`, such as a body that nobody reads further. */
  readonly stop: () => void;
}

/** A running stall timer whose signal also follows `parent`. */
export function startStallTimer(stallMs: number, parent: AbortSignal | undefined): StallTimer {
  const controller = new AbortController();
  const stalled = () => controller.abort(new InputError('file', `nothing came for ${stallMs / 1000} seconds`));
  const timer = setTimeout(stalled, stallMs);
  return {
    signal: parent ? AbortSignal.any([parent, controller.signal]) : controller.signal,
    touch: () => timer.refresh(),
    stop: () => {
      clearTimeout(timer);
      controller.abort();
    },
  };
}
