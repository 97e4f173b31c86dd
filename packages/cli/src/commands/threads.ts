import { defaultThreads, parseThreads, THREADS_RANGE } from '@unbraid/checks/node';
import { messageOf, UsageError } from '@unbraid/experiment';

/** The variable that runtimes, teams of kernels, threads and child processes take their number of threads from. */
const VARIABLE = 'UNBRAID_THREADS';

/**
 * Does work with the number of threads that `--threads` gives, or else the variable or the machine, for all that the work starts.
 * @throws UsageError before any work where either is no number of threads
 */
export async function withThreads<T>(flag: string | undefined, work: () => Promise<T>): Promise<T> {
  if (flag === undefined) {
    checkVariable();
    return work();
  }
  const threads = parseThreads(flag);
  if (threads === undefined) throw new UsageError(`--threads ${flag}: ${THREADS_RANGE} is needed`);
  const before = process.env[VARIABLE];
  process.env[VARIABLE] = String(threads);
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env[VARIABLE];
    else process.env[VARIABLE] = before;
  }
}

function checkVariable(): void {
  try {
    defaultThreads('unbraid');
  } catch (error) {
    throw new UsageError(messageOf(error).replace(/^unbraid: /, ''), { cause: error });
  }
}
