/** What a task of a demo gets beside its input, in a Worker as in Node. */
export interface TaskContext<P> {
  /** Aborted when the page wants something else. */
  readonly signal: AbortSignal;
  /**
   * Shows how far it has come: `make` is called, and what it gives is sent, at most 30 times a second. To be awaited in each turn of a loop: messages to the
   * Worker, a cancel among them, are heard here.
   */
  readonly progress: (make: () => P) => Promise<void>;
}

/** Milliseconds from one message of progress to the next. */
const PERIOD = 33;

/** @param send gets what is to be shown; without it nothing is made */
export function taskContext<P>(signal: AbortSignal, send?: (value: P) => void): TaskContext<P> {
  let last = Number.NEGATIVE_INFINITY;
  return {
    signal,
    async progress(make) {
      signal.throwIfAborted();
      if (performance.now() - last < PERIOD) return;
      last = performance.now();
      send?.(make());
      await turn();
      signal.throwIfAborted();
    },
  };
}

/** Lets the event loop hear of messages and timers. Timers would wait for 4 ms and more in browsers, and promises let nothing in. */
function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const arrived = () => {
      port1.close();
      resolve();
    };
    port1.addEventListener('message', arrived);
    port1.start();
    port2.postMessage(undefined);
  });
}
