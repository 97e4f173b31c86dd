import { InputError, showValue } from '@unbraid/checks';
import { checkAtLeastZero, checkNumber } from '../check-count.ts';
import type { Schedule } from './schedule.ts';

// All throw an InputError in one line, for rates and factors that aren't finite and at least 0, and for times that aren't above 0.

const checkTime = (name: string, epochs: number): number =>
  checkNumber(name, epochs, 'a finite number above 0', (number) => number > 0);

/** The same rate always. */
export function constantRate(rate: number): Schedule {
  checkAtLeastZero("constantRate's rate", rate);
  return () => rate;
}

/** rate · factor^epoch, falling smoothly. */
export function exponentialDecay(rate: number, factor: number): Schedule {
  checkAtLeastZero("exponentialDecay's rate", rate);
  checkAtLeastZero("exponentialDecay's factor", factor);
  return (epoch) => rate * factor ** epoch;
}

/** rate · factor^⌊epoch / every⌋: falls at once after every `every` epochs. */
export function stepDecay(rate: number, factor: number, every: number): Schedule {
  checkAtLeastZero("stepDecay's rate", rate);
  checkAtLeastZero("stepDecay's factor", factor);
  checkTime("stepDecay's every", every);
  return (epoch) => rate * factor ** Math.floor(epoch / every);
}

/** Half a cosine from `rate` at 0 to `end` at `epochs`, then `end` (Loshchilov and Hutter 2017, equation 5, without restarts). */
export function cosineDecay(rate: number, epochs: number, end = 0): Schedule {
  checkAtLeastZero("cosineDecay's rate", rate);
  checkTime("cosineDecay's epochs", epochs);
  checkAtLeastZero("cosineDecay's end", end);
  return (epoch) => end + ((rate - end) / 2) * (1 + Math.cos(Math.PI * Math.min(epoch / epochs, 1)));
}

/** Rises linearly from 0 to where `after` starts over `epochs`, then follows `after`, whose time starts there. */
export function linearWarmup(epochs: number, after: Schedule): Schedule {
  checkAtLeastZero("linearWarmup's epochs", epochs);
  if (typeof after !== 'function')
    throw new InputError('setting', `nn: linearWarmup's after is ${showValue(after)}; a schedule is needed`);
  return (epoch) => (epoch < epochs ? (after(0) * epoch) / epochs : after(epoch - epochs));
}
