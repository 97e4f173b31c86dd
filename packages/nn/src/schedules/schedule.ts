/** The learning rate at a time in epochs, counted from 0 and fractional: the first step is at 0, halfway through the first epoch is 0.5. */
export type Schedule = (epoch: number) => number;
