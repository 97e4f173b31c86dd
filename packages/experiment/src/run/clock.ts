/** The time that a run has taken, over all its sessions. */
export interface Clock {
  /** In seconds, to the millisecond. */
  seconds(): number;
  /** It had taken this long already: what a session before, that could not say so when it ended, or a worker has noted. */
  before(seconds: number): void;
}

export function startClock(secondsBefore: number): Clock {
  const began = performance.now();
  let earlier = secondsBefore;
  const seconds = () => Math.round(earlier * 1000 + performance.now() - began) / 1000;
  return {
    seconds,
    before(noted) {
      earlier += Math.max(0, noted - seconds());
    },
  };
}
