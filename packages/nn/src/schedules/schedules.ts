import type { Schedule } from './schedule.ts';

/** The same rate always. */
export const constantRate =
  (rate: number): Schedule =>
  () =>
    rate;

/** rate · factor^epoch, falling smoothly. */
export const exponentialDecay =
  (rate: number, factor: number): Schedule =>
  (epoch) =>
    rate * factor ** epoch;

/** rate · factor^⌊epoch / every⌋: falls at once after every `every` epochs. */
export const stepDecay =
  (rate: number, factor: number, every: number): Schedule =>
  (epoch) =>
    rate * factor ** Math.floor(epoch / every);

/** Half a cosine from `rate` at 0 to `end` at `epochs`, then `end` (Loshchilov and Hutter 2017, equation 5, without restarts). */
export const cosineDecay =
  (rate: number, epochs: number, end = 0): Schedule =>
  (epoch) =>
    end + ((rate - end) / 2) * (1 + Math.cos(Math.PI * Math.min(epoch / epochs, 1)));

/** Rises linearly from 0 to where `after` starts over `epochs`, then follows `after`, whose time starts there. */
export const linearWarmup =
  (epochs: number, after: Schedule): Schedule =>
  (epoch) =>
    epoch < epochs ? (after(0) * epoch) / epochs : after(epoch - epochs);
