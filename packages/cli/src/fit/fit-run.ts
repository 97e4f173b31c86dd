import type { z } from 'zod';
import { type NewRun, newRun, type RunFlags } from '../commands/new-run.ts';
import type { Io } from '../io.ts';

/** A run to begin; its words are those of the method and its data, `['fit', 'galu', 'data.csv', '--target', 'price']`: those of every run are added. */
export type FitRun<S extends z.ZodObject> = NewRun<S> & Required<Pick<NewRun<S>, 'prepare'>>;

/** Begins a run of `fit` in a directory of its own, and prints what comes out. Returns the exit code. */
export const fitRun = <S extends z.ZodObject>(io: Io, run: FitRun<S>): Promise<number> =>
  newRun(io, { ...run, words: [...run.words, ...givenWords(run.flags)] });

/** The words of flags that every run has, where they aren't what is taken without them. */
function givenWords({ preset, set, seed, threads, workers }: RunFlags): string[] {
  return [
    ...(preset === 'short' ? [] : ['--preset', preset]),
    ...set.flatMap((pair) => ['--set', pair]),
    ...(seed === '0' ? [] : ['--seed', seed]),
    ...(threads === undefined ? [] : ['--threads', threads]),
    ...(workers === 'auto' ? [] : ['--workers', workers]),
  ];
}
