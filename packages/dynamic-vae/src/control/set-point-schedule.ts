import { checkSettings, count, finite, InputError } from '@unbraid/checks';
import * as z from 'zod';

/** Steps joined by ramps; all set points in nats, all lengths in training iterations. */
export interface SetPointSettings {
  /** The first set point; by default 0.5. */
  readonly start?: number;
  /** How much it rises in every window but the first; by default 0.15. 0 holds it. */
  readonly step?: number;
  /** Iterations of a window; by default 6000. */
  readonly window?: number;
  /** Iterations, at the start of a window, over which it rises; by default 1000. 1 makes the ramps steps. */
  readonly ramp?: number;
  /** C_max, where it stops; by default 20. */
  readonly max?: number;
}

/**
 * The set point C(t) of DynamicVAE's hybrid annealing as a function of the iteration, counted from 0: the first value for a
 * window; then, from the start of each window, a rise by `step` in `ramp` equal parts, and rest. It never exceeds `max`.
 * (arXiv 2009.06795; the defaults are those for dSprites.) The authors count steps from 1 and let the first rise begin in
 * step `window`, which is iteration `window` − 1.
 *
 * @throws {InputError} for a setting that is unknown or out of range, where set points would fall, or lengths do not fit.
 */
export function setPointSchedule(settings: SetPointSettings = {}): (iteration: number) => number {
  const { start, step, window, ramp, max } = checked(settings);
  return (iteration) => {
    if (!(iteration >= 0)) throw new InputError('data', `dynamic-vae: iterations are counted from 0, got ${iteration}`);
    const fromOne = iteration + 1;
    const windows = Math.floor(fromOne / window);
    if (windows === 0) return start;
    const risen = Math.min(1, ((fromOne % window) + 1) / ramp);
    return Math.min(max, start + step * (windows - 1 + risen));
  };
}

const schema = z.object({
  start: finite({ min: 0 }).default(0.5),
  step: finite().default(0.15),
  window: count().default(6000),
  ramp: count().default(1000),
  max: finite().default(20),
});

function checked(given: SetPointSettings): z.output<typeof schema> {
  const settings = checkSettings('dynamic-vae: setPointSchedule', schema, given);
  const { start, step, window, ramp, max } = settings;
  if (step < 0) {
    throw new InputError(
      'setting',
      `dynamic-vae: the set point would fall by ${-step} in every window; it must rise or stay (a step of 0 or more), for what a latent has learnt would be squeezed out again`,
    );
  }
  if (max < start) {
    throw new InputError(
      'setting',
      `dynamic-vae: the set point starts at ${start}, above its largest value ${max}; it cannot fall`,
    );
  }
  if (ramp > window) {
    throw new InputError(
      'setting',
      `dynamic-vae: the ramp of the set point (${ramp} iterations) is longer than its window (${window}); the next rise would begin before it ends`,
    );
  }
  return settings;
}
