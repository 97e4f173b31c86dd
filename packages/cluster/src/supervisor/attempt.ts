import type { Job } from '../cluster.ts';
import { repeat } from './repeat.ts';

/** A unit that this worker has, kept from being taken for abandoned. */
export interface Attempt {
  readonly job: Job;
  /** False once the unit isn't this worker's any more. */
  readonly isOurs: boolean;
  /** Calls the listener when, or where, it isn't. Returns what ends that. */
  onTaken(listener: () => void): () => void;
  /** The worker is through with it. */
  end(): void;
}

/**
 * Touches the unit every few seconds, whatever its process does.
 * @param onError hears of a database that stays away
 */
export function beginAttempt(job: Job, seconds: number, onError: (error: unknown) => void): Attempt {
  const taken = new AbortController();
  let hasEnded = false;
  const stop = repeat(
    seconds,
    async () => {
      const isOurs = await job.touch();
      if (!isOurs && !hasEnded) taken.abort();
      return isOurs;
    },
    onError,
  );
  return {
    job,
    get isOurs() {
      return !taken.signal.aborted;
    },
    onTaken(listener) {
      if (taken.signal.aborted) listener();
      else taken.signal.addEventListener('abort', listener, { once: true });
      return () => taken.signal.removeEventListener('abort', listener);
    },
    end() {
      hasEnded = true;
      stop();
    },
  };
}
