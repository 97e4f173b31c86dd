import { resumeRun } from '@unbraid/experiment';
import { findExperiment } from '../find-experiment.ts';
import type { Io } from '../io.ts';
import { engineVersions } from '../versions.ts';
import { printOutcome } from './result.ts';
import { withThreads } from './threads.ts';
import { watched } from './watched.ts';
import { executorOf } from './workers.ts';

export interface ResumeFlags {
  readonly threads?: string;
  readonly workers: string;
  readonly json?: boolean;
}

/** `unbraid resume DIR`: goes on with a run, or tells the results of one that is done. Returns the exit code. */
export async function resume(
  io: Io,
  directory: string,
  { threads, workers, json = false }: ResumeFlags,
): Promise<number> {
  const executor = executorOf(io, workers);
  const outcome = await withThreads(threads, () =>
    watched(io, (hooks) =>
      resumeRun(directory, (name) => findExperiment(io.registry, name), {
        hooks,
        versions: engineVersions(),
        ...(executor && { executor }),
      }),
    ),
  );
  return printOutcome(io, outcome, json);
}
