import { type Experiment, resumeRun } from '@unbraid/experiment';
import { fitExperiment, isFit } from '../fit/methods.ts';
import type { Io } from '../io.ts';
import { engineVersions } from '../versions.ts';
import { printOutcome } from './result.ts';
import { withThreads } from './threads.ts';
import { watched } from './watched.ts';

export interface ResumeFlags {
  readonly threads?: string;
  readonly json?: boolean;
  /** For a process that is at it, elsewhere perhaps. */
  readonly wait?: boolean;
}

/** `unbraid resume DIR`: goes on with a run, or tells the results of one that is done. Returns the exit code. */
export async function resume(
  io: Io,
  directory: string,
  { threads, json = false, wait = false }: ResumeFlags,
): Promise<number> {
  const outcome = await withThreads(threads, () =>
    watched(io, (hooks) =>
      resumeRun(directory, (name) => findExperiment(io, name), { hooks, versions: engineVersions(), wait }),
    ),
  );
  return printOutcome(io, outcome, json);
}

/** Inspections and fits are no experiments of the registry: they are nothing without a model or data. */
async function findExperiment(io: Io, name: string): Promise<Experiment> {
  if (isFit(name)) return fitExperiment(name);
  const { INSPECTION, inspection } = await import('../inspect/inspection.ts');
  return name === INSPECTION ? inspection() : io.registry.find(name);
}
