import { createProgressReporter } from '@unbraid/checks/progress';
import { type RunHooks, type RunOutcome, UsageError } from '@unbraid/experiment';
import type { Place } from '../cluster/place.ts';
import { listenForInterrupts } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { RunFailure } from '../run-failure.ts';

/**
 * Does a run with progress on stderr and Ctrl-C listened to.
 * @throws RunFailure where it fails with its directory there
 */
export async function watched(
  io: Io,
  { leaving }: Pick<Place, 'leaving'>,
  run: (hooks: RunHooks) => Promise<RunOutcome>,
): Promise<RunOutcome> {
  const reporter = createProgressReporter(io.stderr);
  const interrupts = listenForInterrupts(io, reporter.note);
  let directory: string | undefined;
  const onStart = (path: string) => {
    directory = path;
  };
  try {
    const signal = AbortSignal.any([interrupts.signal, leaving]);
    return await run({ signal, onStart, onProgress: reporter.progress, onNote: reporter.note });
  } catch (error) {
    throw directory === undefined || error instanceof UsageError ? error : new RunFailure(error, directory);
  } finally {
    interrupts.stop();
    reporter.close();
  }
}
