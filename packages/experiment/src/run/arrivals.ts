/** Things that arrive in any order, awaited in another. */
export interface Arrivals {
  /** Ends when the thing has arrived, or nothing more will come; rejects where that is for a failure. */
  of(key: string): Promise<void>;
  /** Of everything. */
  readonly end: Promise<void>;
}

/** @param perform tells of each key that has arrived, and ends after the last */
export function arrivals(perform: (onArrival: (key: string) => void) => Promise<void>): Arrivals {
  const arrived = new Set<string>();
  const waiting = new Map<string, () => void>();
  let isOver = false;
  const end = perform((key) => {
    arrived.add(key);
    waiting.get(key)?.();
    waiting.delete(key);
  }).finally(() => {
    isOver = true;
    for (const go of waiting.values()) go();
    waiting.clear();
  });
  // Whoever waits for one of the things hears of a failure there.
  end.catch(() => undefined);
  return {
    async of(key) {
      // Not a race against the end: each would be remembered until then.
      if (!isOver && !arrived.has(key)) await new Promise<void>((resolve) => waiting.set(key, resolve));
      if (!arrived.has(key)) await end;
    },
    end,
  };
}
