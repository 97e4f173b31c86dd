import { checkPreset, type Experiment, parseSettings, type RunOutcome, startRun } from '@unbraid/experiment';
import type { z } from 'zod';
import { inPlace, type PlaceFlags } from '../cluster/place.ts';
import type { Io } from '../io.ts';
import { commandLine } from '../shell.ts';
import { computingVersions } from '../versions.ts';
import { asUsage } from './as-usage.ts';
import { printOutcome } from './result.ts';
import { parseSeed } from './seed.ts';
import { withThreads } from './threads.ts';
import { watched } from './watched.ts';

/** Flags that every new run has. */
export interface RunFlags extends PlaceFlags {
  readonly preset: string;
  readonly set: readonly string[];
  readonly seed: string;
  readonly threads?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** A run to begin. */
export interface NewRun<S extends z.ZodObject> {
  /** The experiment before anything was read; its settings are checked by it. */
  readonly experiment: Experiment<S>;
  /** Settings over the preset's, those of files by their paths. */
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly flags: RunFlags;
  /** The words behind `unbraid` that make the run again. */
  readonly words: readonly string[];
  /**
   * Reads the files, checks what they hold, and gives the experiment that has them, with the settings that tell one file from another (SHA-256).
   * An InputError of the code `setting` counts as bad usage.
   */
  prepare?(settings: z.output<S>, seed: number): Promise<Prepared<S>>;
  /** What is done when the run is, before its results are printed. */
  finish?(outcome: RunOutcome): Promise<void>;
}

/** What was read. */
export interface Prepared<S extends z.ZodObject> {
  readonly experiment: Experiment<S>;
  readonly identity: Readonly<Record<string, unknown>>;
  /** Sentences that the user should read before it begins, such as signs of leakage. */
  readonly notices?: readonly string[];
}

/** Begins a run in a directory of its own, and prints what comes out. Returns the exit code. */
export async function newRun<S extends z.ZodObject>(io: Io, run: NewRun<S>): Promise<number> {
  const { experiment, flags, overrides } = run;
  const seed = parseSeed(flags.seed);
  const preset = checkPreset(experiment, flags.preset);
  const settings = parseSettings(experiment, preset, overrides);
  return inPlace(io, flags, async (place) => {
    const outcome = await withThreads(flags.threads, async () => {
      // Before a run begins, what doesn't fit what was read is a wrong request.
      const prepared = await asUsage(async () => (await run.prepare?.(settings, seed)) ?? { experiment, identity: {} });
      for (const notice of prepared.notices ?? []) await io.stderr.write(`${notice}\n`);
      const versions = await computingVersions(io.registry);
      return watched(io, place, (hooks) =>
        startRun(prepared.experiment, {
          preset,
          overrides: { ...overrides, ...prepared.identity },
          seed,
          command: commandLine(io.program, run.words),
          versions,
          hooks,
          ...(place.executor && { executor: place.executor }),
          ...(flags.out === undefined ? {} : { directory: flags.out }),
        }),
      );
    });
    if (outcome.status === 'done') await run.finish?.(outcome);
    return printOutcome(io, outcome, flags.json ?? false, place);
  });
}

/** The words of flags that every run has, whether they were given or not. */
export function wordsOfFlags({ preset, seed, threads, workers, set }: RunFlags): string[] {
  const given = [
    ...(threads === undefined ? [] : ['--threads', threads]),
    ...(workers === 'auto' ? [] : ['--workers', workers]),
  ];
  return ['--preset', preset, '--seed', seed, ...given, ...set.flatMap((pair) => ['--set', pair])];
}
