/** How fast things go, from what was done lately: a run speeds up and slows down, and a resumed one starts midway. */
export interface RateMeter {
  update(done: number): void;
  /** Done per second, or undefined while there is too little to tell. */
  rate(): number | undefined;
}

const WINDOW_SECONDS = 30;
/** Steps that take long fall out of the window before there are two of them. */
const FEWEST_SAMPLES = 6;
/** Samples before the newest are no closer, so that thousands of steps a second leave 300 in the window. */
const APART_SECONDS = 0.1;

/** @param now seconds */
export function createRateMeter(now: () => number): RateMeter {
  let samples: { readonly time: number; readonly done: number }[] = [];
  return {
    update(done) {
      const time = now();
      const last = samples.at(-1);
      if (last?.done === done) return;
      // Work that begins anew counts anew.
      if (last !== undefined && done < last.done) samples = [];
      const [before, newest] = samples.slice(-2);
      if (before !== undefined && newest !== undefined && newest.time - before.time < APART_SECONDS) samples.pop();
      samples.push({ time, done });
      const firstWithin = samples.findIndex((sample) => time - sample.time <= WINDOW_SECONDS);
      const passed = Math.min(firstWithin, samples.length - FEWEST_SAMPLES);
      if (passed > 0) samples.splice(0, passed);
    },
    rate() {
      const [first, last] = [samples[0], samples.at(-1)];
      if (first === undefined || last === undefined || last.done === first.done) return undefined;
      return (last.done - first.done) / Math.max(last.time - first.time, 1e-9);
    },
  };
}
