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
  return {
    seconds: () => Math.round(earlier * 1000 + performance.now() - began) / 1000,
    before(seconds) {
      earlier = Math.max(earlier, seconds);
    },
  };
}
