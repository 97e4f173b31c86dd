/** Steps from one synchronization to the next, k in the paper: a number, or a function of the epoch, counted from 0. */
export type Period = number | ((epoch: number) => number);

/**
 * first · factor^⌊epoch / every⌋ steps, rounded: longer after every `every` epochs, as weights move less when the learning
 * rate falls.
 * @throws {RangeError} unless `first` and `every` are whole numbers of at least 1 and `factor` is at least 1
 */
export function growingPeriod(first: number, factor: number, every: number): (epoch: number) => number {
  checkSteps("growingPeriod's first", first);
  checkSteps("growingPeriod's every", every);
  if (!(factor >= 1 && factor < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`laperm: growingPeriod's factor is ${factor}; a number of at least 1 is needed`);
  }
  return (epoch) => Math.round(first * factor ** Math.floor(epoch / every));
}

/** The period in an epoch. @throws {RangeError} unless it is a whole number of at least 1 */
export function periodIn(period: Period, epoch: number): number {
  if (typeof period === 'number') return checkSteps('the period', period);
  return checkSteps(`the period of epoch ${epoch}`, period(epoch));
}

function checkSteps(name: string, steps: number): number {
  if (Number.isSafeInteger(steps) && steps >= 1) return steps;
  throw new RangeError(`laperm: ${name} is ${steps}; a whole number of at least 1 is needed`);
}
