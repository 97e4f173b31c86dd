import { exitCodes, type Io } from './io.ts';

/**
 * npm and npx pass a terminal's Ctrl-C on to a process that has received it already: signals so near to each other
 * are one.
 */
const SAME_SIGNAL_MS = 500;

export interface Interrupts {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * The first Ctrl-C, SIGTERM or SIGHUP, or the end of the npm that started the process, interrupts the run where it can go on later; a second
 * signal ends the process at once.
 */
export function listenForInterrupts(io: Io, note: (text: string) => void, now: () => number = Date.now): Interrupts {
  const controller = new AbortController();
  let first: number | undefined;
  const interrupt = (text: string) => {
    first = now();
    note(text);
    controller.abort();
  };
  const listener = () => {
    if (first === undefined) {
      interrupt('Stopping at the next step that can be resumed; press Ctrl-C again to stop at once.');
    } else if (now() - first >= SAME_SIGNAL_MS) io.exit(exitCodes.interrupted);
  };
  const stopWatching = io.whenNpmEnds(() => {
    if (first === undefined) interrupt('npm has ended: stopping at the next step that can be resumed.');
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) io.signals.on(signal, listener);
  return {
    signal: controller.signal,
    stop() {
      stopWatching();
      for (const signal of signals) io.signals.off(signal, listener);
    },
  };
}
