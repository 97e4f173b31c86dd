import { InputError } from '@unbraid/checks';
/**
 * The integers from 0 to n − 1 in random order, by the inside-out shuffle of Fisher and Yates; `int(k)` draws an integer
 * below k.
 *
 * @throws InputError unless n is an integer from 0 to 2³¹
 */
export function permutation(n: number, int: (k: number) => number): Int32Array {
  if (!(Number.isInteger(n) && n >= 0 && n <= 2 ** 31)) {
    throw new InputError('setting', `kernels: permutation takes an integer from 0 to 2^31, got ${n}`);
  }
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const j = int(i + 1);
    order[i] = order[j]!;
    order[j] = i;
  }
  return order;
}
