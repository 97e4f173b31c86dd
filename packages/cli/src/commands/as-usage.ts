import { InputError } from '@unbraid/checks';
import { messageOf, UsageError } from '@unbraid/experiment';

/**
 * What `work` gives, where all that it takes was named on the command line.
 * @throws {UsageError} for an InputError of the code `setting`
 */
export async function asUsage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputError && error.code === 'setting')
      throw new UsageError(messageOf(error), { cause: error });
    throw error;
  }
}
