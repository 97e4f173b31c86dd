import type { RunHooks, RunOutcome } from '@unbraid/experiment';
import { listenForInterrupts } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { createReporter } from '../progress/reporter.ts';

/** Does a run with progress on stderr and Ctrl-C listened to. */
export async function watched(io: Io, run: (hooks: RunHooks) => Promise<RunOutcome>): Promise<RunOutcome> {
  const reporter = createReporter(io.stderr);
  const interrupts = listenForInterrupts(io, reporter.note);
  try {
    return await run({ signal: interrupts.signal, onProgress: reporter.progress, onNote: reporter.note });
  } finally {
    interrupts.stop();
    reporter.close();
  }
}
