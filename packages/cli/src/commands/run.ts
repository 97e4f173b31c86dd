import { checkPreset, type Experiment, settingsFromText, startRun } from '@unbraid/experiment';
import type { Io } from '../io.ts';
import { commandLine } from '../shell.ts';
import { engineVersions } from '../versions.ts';
import { printOutcome } from './result.ts';
import { parseSeed } from './seed.ts';
import { withThreads } from './threads.ts';
import { watched } from './watched.ts';

export interface RunFlags {
  readonly preset: string;
  readonly set: readonly string[];
  readonly seed: string;
  readonly threads?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `unbraid run NAME`: a new run in a directory of its own. Returns the exit code. */
export async function run(io: Io, name: string, flags: RunFlags): Promise<number> {
  const seed = parseSeed(flags.seed);
  const experiment = await io.registry.find(name);
  const preset = checkPreset(experiment, flags.preset);
  const overrides = settingsFromText(experiment, flags.set);
  const outcome = await withThreads(flags.threads, () =>
    watched(io, (hooks) =>
      startRun(experiment, {
        preset,
        overrides,
        seed,
        command: reproduction(io, experiment, preset, seed, flags),
        versions: engineVersions(),
        hooks,
        ...(flags.out === undefined ? {} : { directory: flags.out }),
      }),
    ),
  );
  return printOutcome(io, outcome, flags.json ?? false);
}

function reproduction(
  io: Io,
  { name }: Experiment,
  preset: string,
  seed: number,
  { set, threads }: Pick<RunFlags, 'set' | 'threads'>,
): string {
  const settings = set.flatMap((pair) => ['--set', pair]);
  const given = threads === undefined ? [] : ['--threads', threads];
  return commandLine(io.program, ['run', name, '--preset', preset, '--seed', String(seed), ...given, ...settings]);
}
