/** How threads are made where the environments' author has not said it, and what they may take whatever the author has said. */
export interface ThreadDefaults {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly startTimeout?: number;
  /** At most; an author may ask for less. */
  readonly memoryMegabytes?: number;
  /** In place of what an author may have said. */
  readonly print?: 'stdout' | 'stderr';
  /** Calls what starts a thread, when it may be started. */
  readonly starter?: <T>(start: () => T) => T;
}

let current: ThreadDefaults = {};

/** Those of what is being made. */
export const threadDefaults = (): ThreadDefaults => current;

/** Does work that makes environments, whose threads, now or later, are made by these. */
export function withThreads<T>(defaults: ThreadDefaults, work: () => T): T {
  const before = current;
  current = defaults;
  try {
    return work();
  } finally {
    current = before;
  }
}
