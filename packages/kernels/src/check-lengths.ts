import { InputError } from '@unbraid/checks';
/**
 * Checks that arrays belong together, entry by entry.
 *
 * @throws InputError that names the first array whose length differs from the first one's
 */
export function checkLengths(kernel: string, arrays: Readonly<Record<string, { readonly length: number }>>): void {
  let first: string | undefined;
  for (const name in arrays) {
    first ??= name;
    if (arrays[name]!.length !== arrays[first]!.length) {
      throw new InputError(
        'data',
        `kernels: ${kernel} takes arrays of one length, but ${name} has ${arrays[name]!.length} entries and ` +
          `${first} has ${arrays[first]!.length}`,
      );
    }
  }
}
