import { RunError } from '@unbraid/experiment';
import type { Result } from '../cluster.ts';

/** Units that are waited for. */
export interface Arrivals {
  /** Ends when the unit's result was collected; rejects with what it failed of, and with whatever ends the results. */
  of(key: string): Promise<void>;
  /** Ends with the results; never rejects. */
  readonly ended: Promise<void>;
}

/**
 * Collects results one at a time, as they come, in any order.
 * @param collect called for units that are waited for
 */
export function createArrivals(
  results: AsyncIterable<Result>,
  signal: AbortSignal,
  collect: (key: string) => Promise<void>,
): Arrivals {
  const waiting = new Map<string, { done(): void; failed(error: unknown): void }>();
  let end: { readonly error: unknown } | undefined;

  async function follow(): Promise<void> {
    for await (const { key, error } of results) {
      const waiter = waiting.get(key);
      // Of a session before, or of another call that has it.
      if (waiter === undefined) continue;
      if (error !== undefined) throw new RunError(error);
      await collect(key);
      waiting.delete(key);
      waiter.done();
    }
    throw signal.reason;
  }

  const ended = follow().catch((error) => {
    end = { error: signal.aborted ? signal.reason : error };
    for (const { failed } of waiting.values()) failed(end.error);
    waiting.clear();
  });
  return {
    of: (key) =>
      new Promise((done, failed) => {
        if (end !== undefined) failed(end.error);
        else waiting.set(key, { done, failed });
      }),
    ended,
  };
}
