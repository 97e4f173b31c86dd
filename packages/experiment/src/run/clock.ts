/** The time that a run has taken, over all its sessions. */
export interface Clock {
  /** In seconds, to the millisecond. */
  seconds(): number;
  /** The earlier sessions took no less than this. */
  before(seconds: number): void;
}

export function startClock(secondsBefore: number): Clock {
  const began = performance.now();
  let earlier = secondsBefore;
  const now = () => Math.round(earlier * 1000 + performance.now() - began) / 1000;
  return {
    seconds: now,
    before(seconds) {
      // What is not past the present may come from this session: workers save checkpoints meanwhile. Their clocks may be ahead by a little, so it goes on from there.
      earlier += Math.max(0, seconds - now());
    },
  };
}
