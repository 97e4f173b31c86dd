import { resumeRun } from '@unbraid/experiment';
import type { Io } from '../io.ts';
import { engineVersions } from '../versions.ts';
import { printOutcome } from './result.ts';
import { watched } from './watched.ts';

/** `unbraid resume DIR`: goes on with a run, or tells the results of one that is done. Returns the exit code. */
export async function resume(io: Io, directory: string, options: { readonly json?: boolean }): Promise<number> {
  const outcome = await watched(io, (hooks) =>
    resumeRun(directory, io.registry.find, { hooks, versions: engineVersions() }),
  );
  return printOutcome(io, outcome, options.json ?? false);
}
