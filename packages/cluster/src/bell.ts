import type { Database } from './database/database.ts';
import { CHANNEL } from './parts.ts';

/** Wakes those who wait for something to happen in the database. */
export interface Bell {
  /** Ends at the next notice (of a run, where one is given), when the signal is aborted, and after `seconds` at most. */
  next(seconds: number, signal?: AbortSignal, run?: string): Promise<void>;
  close(): Promise<void>;
}

/** It listens once somebody waits: a connection for those who need one. */
export function createBell(database: Database): Bell {
  const waiting = new Set<(run: string | undefined) => void>();
  let listening: Promise<(() => Promise<void>) | undefined> | undefined;
  const listen = () =>
    // Without it, what waits looks again every few seconds.
    database.listen(CHANNEL, (run) => waiting.forEach((wake) => void wake(run))).catch(() => undefined);
  return {
    next(seconds, signal, run) {
      listening ??= listen();
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          waiting.delete(wake);
          resolve();
        };
        const wake = (heard: string | undefined) => {
          if (run === undefined || heard === undefined || heard === run) end();
        };
        const timer = setTimeout(end, seconds * 1000);
        waiting.add(wake);
        if (signal?.aborted) end();
        else signal?.addEventListener('abort', end);
      });
    },
    async close() {
      for (const wake of waiting) wake(undefined);
      await (await listening)?.();
    },
  };
}
