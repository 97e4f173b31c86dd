import { checkAtLeastZero, checkNumber } from '../check-count.ts';
import type { Initializer } from './initializer.ts';

/** Every entry the same. @throws {InputError} for a value that is not finite */
export function filled(value: number): Initializer {
  checkNumber("filled's value", value, 'a finite number', () => true);
  return { fill: (out) => void out.fill(value), description: { name: 'filled', value } };
}

/** All values 0. */
export const zeros: Initializer = filled(0);

/** N(0, std²), whatever the shape. @throws {InputError} unless std is finite and at least 0 */
export function gaussian(std: number): Initializer {
  checkAtLeastZero("gaussian's std", std);
  return { fill: (out, random) => void random.normal(out, 0, std), description: { name: 'gaussian', value: std } };
}
