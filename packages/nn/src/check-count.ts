import { InputError, showValue } from '@unbraid/checks';

/** @throws {InputError} unless `value` is an integer of at least 1, which is returned */
export function checkCount(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InputError('setting', `nn: ${name} is ${showValue(value)}; an integer of at least 1 is needed`);
}

/** @throws {InputError} unless `value` is a finite number that `fits`, which is returned */
export function checkNumber(name: string, value: number, needed: string, fits: (value: number) => boolean): number {
  if (Number.isFinite(value) && fits(value)) return value;
  throw new InputError('setting', `nn: ${name} is ${showValue(value)}; ${needed} is needed`);
}

/** @throws {InputError} unless `value` is a finite number of at least 0, which is returned */
export const checkAtLeastZero = (name: string, value: number): number =>
  checkNumber(name, value, 'a finite number of at least 0', (number) => number >= 0);
