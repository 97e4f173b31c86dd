import { settingsFromText } from '@unbraid/experiment';
import type { Io } from '../io.ts';
import { newRun, type RunFlags, wordsOfFlags } from './new-run.ts';

/** `unbraid run NAME`: a new run in a directory of its own. Returns the exit code. */
export async function run(io: Io, name: string, flags: RunFlags): Promise<number> {
  const experiment = await io.registry.find(name);
  const overrides = settingsFromText(experiment, flags.set);
  return newRun(io, { experiment, overrides, flags, words: ['run', experiment.name, ...wordsOfFlags(flags)] });
}
