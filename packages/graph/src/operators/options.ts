import { InputError, unknownName } from '@unbraid/checks';

/**
 * An operator's options; what they hold is checked where it is used.
 * @throws {InputError} `setting`, for a name that it doesn't know: an option left out in silence would give other numbers
 */
export function optionsOf<T extends object>(operator: string, options: T, ...known: readonly (keyof T & string)[]): T {
  const stray = Object.keys(options).find((name) => !known.includes(name as keyof T & string));
  if (stray !== undefined)
    throw new InputError('setting', `graph: ${operator}: ${unknownName('option', stray, known)}`);
  return options;
}
