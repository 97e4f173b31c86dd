import { errorCode } from '@unbraid/checks/node';
import { UsageError } from './errors.ts';

/** What is loaded by `loadOptional`. */
export interface OptionalPackage<T> {
  /** Imports it, where it is declared as a dependency. */
  readonly load: () => Promise<T>;
  readonly name: string;
  /** What needs it, in the plural: `runs of a database`. */
  readonly need: string;
}

/** A package that need not be there. @throws {UsageError} where it isn't installed, which says how that is done */
export async function loadOptional<T>({ load, name, need }: OptionalPackage<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (errorCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UsageError(`${need} need the package ${name}, which is not installed: npm install ${name}`, {
      cause: error,
    });
  }
}
