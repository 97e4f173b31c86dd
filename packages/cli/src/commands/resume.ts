import { resumeRun } from '@unbraid/experiment';
import { inPlace, type PlaceFlags } from '../cluster/place.ts';
import { findExperiment } from '../find-experiment.ts';
import type { Io } from '../io.ts';
import { computingVersions } from '../versions.ts';
import { printOutcome } from './result.ts';
import { withThreads } from './threads.ts';
import { watched } from './watched.ts';

export interface ResumeFlags extends PlaceFlags {
  readonly threads?: string;
  readonly json?: boolean;
  /** For a process that is at it, elsewhere perhaps. */
  readonly wait?: boolean;
}

/** `unbraid resume DIR`: goes on with a run, or tells the results of one that is done. Returns the exit code. */
export async function resume(
  io: Io,
  directory: string,
  { threads, json = false, wait = false, ...flags }: ResumeFlags,
): Promise<number> {
  return inPlace(io, flags, async (place) => {
    const outcome = await withThreads(threads, async () => {
      const versions = await computingVersions(io.registry);
      return watched(io, place, (hooks) =>
        resumeRun(directory, (name) => findExperiment(io.registry, name, io.program), {
          hooks,
          versions,
          wait,
          ...(place.executor && { executor: place.executor }),
        }),
      );
    });
    return printOutcome(io, outcome, json, place);
  });
}
