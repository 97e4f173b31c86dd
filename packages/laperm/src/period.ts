import { InputError } from '@unbraid/checks';

/** k in the paper: a synchronization follows every step that k divides. A number, or a function of the epoch, counted from 0. */
export type Period = number | ((epoch: number) => number);

/**
 * first · factor^⌊epoch / every⌋ steps, rounded: longer after every `every` epochs, as weights move less when the learning
 * rate falls.
 * @throws {InputError} unless `first` and `every` are whole numbers of at least 1 and `factor` is at least 1
 */
export function growingPeriod(first: number, factor: number, every: number): (epoch: number) => number {
  checkSteps("growingPeriod's first", first);
  checkSteps("growingPeriod's every", every);
  if (!(factor >= 1 && factor < Number.POSITIVE_INFINITY)) {
    throw new InputError('setting', `laperm: growingPeriod's factor is ${factor}; a number of at least 1 is needed`);
  }
  return (epoch) => Math.min(NEVER, Math.round(first * factor ** Math.floor(epoch / every)));
}

/** More steps than any fit makes: a period that has grown so long is reached no more. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** The period in an epoch. @throws {InputError} unless it is a whole number of at least 1 */
export function periodIn(period: Period, epoch: number): number {
  if (typeof period === 'number') return checkSteps('the period', period);
  return checkSteps(`the period of epoch ${epoch}`, period(epoch));
}

function checkSteps(name: string, steps: number): number {
  if (Number.isSafeInteger(steps) && steps >= 1) return steps;
  throw new InputError('setting', `laperm: ${name} is ${steps}; a whole number of at least 1 is needed`);
}
