import { InputError } from '@unbraid/checks';
import { checkPreset, type Experiment, messageOf, parseSettings, startRun, UsageError } from '@unbraid/experiment';
import type { z } from 'zod';
import { printOutcome } from '../commands/result.ts';
import { parseSeed } from '../commands/seed.ts';
import { withThreads } from '../commands/threads.ts';
import { watched } from '../commands/watched.ts';
import type { Io } from '../io.ts';
import { commandLine } from '../shell.ts';
import { engineVersions } from '../versions.ts';
import type { FitFlags } from './method.ts';

/** A run to begin. */
export interface FitRun<S extends z.ZodObject> {
  /** The experiment before anything was read; its settings are checked by it. */
  readonly experiment: Experiment<S>;
  /** Settings over the preset's, those of files by their paths. */
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly flags: FitFlags;
  /** The words behind `unbraid`, which make the run again: `['fit', 'galu', 'data.csv', '--target', 'price']`; those of every run are added. */
  readonly words: readonly string[];
  /**
   * Reads the files, checks what they hold, and gives the experiment that has them, with the settings that tell one file from another (SHA-256).
   * An InputError of the code `setting` counts as bad usage.
   */
  prepare(settings: z.output<S>, seed: number): Promise<Prepared<S>>;
}

/** What was read. */
export interface Prepared<S extends z.ZodObject> {
  readonly experiment: Experiment<S>;
  readonly identity: Readonly<Record<string, unknown>>;
  /** Sentences that the user should read before it begins, such as signs of leakage. */
  readonly notices?: readonly string[];
}

/** Begins a run of `fit` in a directory of its own, and prints what comes out. Returns the exit code. */
export async function fitRun<S extends z.ZodObject>(io: Io, run: FitRun<S>): Promise<number> {
  const { experiment, flags, overrides } = run;
  const seed = parseSeed(flags.seed);
  const preset = checkPreset(experiment, flags.preset);
  const settings = parseSettings(experiment, preset, overrides);
  const outcome = await withThreads(flags.threads, async () => {
    const prepared = await usable(() => run.prepare(settings, seed));
    for (const notice of prepared.notices ?? []) await io.stderr.write(`${notice}\n`);
    return watched(io, (hooks) =>
      startRun(prepared.experiment, {
        preset,
        overrides: { ...overrides, ...prepared.identity },
        seed,
        command: commandLine(io.program, [...run.words, ...wordsOfEveryRun(flags)]),
        versions: engineVersions(),
        hooks,
        ...(flags.out === undefined ? {} : { directory: flags.out }),
      }),
    );
  });
  return printOutcome(io, outcome, flags.json ?? false);
}

function wordsOfEveryRun({ preset, set, seed, threads }: FitFlags): string[] {
  return [
    ...(preset === 'short' ? [] : ['--preset', preset]),
    ...set.flatMap((pair) => ['--set', pair]),
    ...(seed === '0' ? [] : ['--seed', seed]),
    ...(threads === undefined ? [] : ['--threads', threads]),
  ];
}

/** Before a run begins, what doesn't fit the data is a wrong request. */
async function usable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError && error.code === 'setting')
      throw new UsageError(messageOf(error), { cause: error });
    throw error;
  }
}
