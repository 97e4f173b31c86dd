/** How fast things go, from what was done lately: a run speeds up and slows down, and a resumed one starts midway. */
export interface RateMeter {
  update(done: number): void;
  /** Done per second, or undefined while there is too little to tell. */
  rate(): number | undefined;
}

const WINDOW_SECONDS = 30;
/** Steps that take long fall out of the window before there are two of them. */
const FEWEST_SAMPLES = 6;

/** @param now seconds */
export function createRateMeter(now: () => number): RateMeter {
  let samples: { readonly time: number; readonly done: number }[] = [];
  return {
    update(done) {
      const time = now();
      const last = samples.at(-1);
      // Work that begins anew counts anew.
      if (last !== undefined && done < last.done) samples = [];
      if (samples.at(-1)?.done === done) return;
      samples.push({ time, done });
      const firstWithin = samples.findIndex((sample) => time - sample.time <= WINDOW_SECONDS);
      samples = samples.slice(Math.min(firstWithin, Math.max(0, samples.length - FEWEST_SAMPLES)));
    },
    rate() {
      const [first, last] = [samples[0], samples.at(-1)];
      if (first === undefined || last === undefined || last.done === first.done) return undefined;
      return (last.done - first.done) / Math.max(last.time - first.time, 1e-9);
    },
  };
}
