import { StateError } from '@unbraid/checks';

/** Work that is done one at a time. */
export interface WorkQueue {
  /**
   * Does work when all before it is done.
   * @throws {StateError} where the queue is closed, or the signal says that nobody waits any more, before its turn has come
   */
  add<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Ends when the work that goes on is done; what waits for its turn isn't done any more. */
  close(): Promise<void>;
}

/** Begins with nothing to do. */
export function createWorkQueue(): WorkQueue {
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  return {
    add(work, signal) {
      const next = last.then(() => {
        if (closed || signal?.aborted) throw new StateError('lab: this is no longer wanted');
        return work();
      });
      last = next.catch(() => undefined);
      return next;
    },
    async close() {
      closed = true;
      await last;
    },
  };
}
