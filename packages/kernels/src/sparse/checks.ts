import type { SparseRows } from './sparse-rows.ts';

/** @throws RangeError unless each array has the length that the kernel needs */
export function checkSizes(
  kernel: string,
  sizes: Readonly<Record<string, readonly [array: { length: number }, needed: number]>>,
): void {
  for (const [name, [{ length }, needed]] of Object.entries(sizes)) {
    if (length !== needed)
      throw new RangeError(`kernels: ${kernel}: ${name} has ${length} entries, ${needed} are needed`);
  }
}

/** @throws RangeError unless the number is a whole number of at least 1 */
export function checkWidth(kernel: string, name: string, width: number): void {
  if (!(Number.isInteger(width) && width >= 1))
    throw new RangeError(`kernels: ${kernel} takes a ${name} of at least 1, got ${width}`);
}

export const rowCount = ({ starts }: SparseRows): number => starts.length - 1;
