import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runFiles } from '../run/config.ts';
import { decodeCheckpoint } from '../stored/checkpoint-file.ts';
import type { JsonValue } from '../values.ts';
import type { SweepResults } from './outputs.ts';
import type { SweepSettings } from './settings.ts';
import type { Dimension, Space } from './space.ts';
import { wordOf } from './trial.ts';

const valueSchema = z.object({
  status: z.enum(['done', 'failed', 'pruned']),
  summary: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  seconds: z.number(),
  message: z.string().optional(),
});

/** A trial of a sweep that is not done yet. */
export type DoneTrial = SweepResults['trials'][number];

/**
 * The trials that a sweep has done so far, by their checkpoints, in the order of their numbers; those that were given, and those whose checkpoint can't be read, are missing.
 * @param settings of the sweep
 * @param known of earlier calls, by file, which a trial's checkpoint doesn't change once it is there
 */
export async function readDoneTrials(
  directory: string,
  { space, seeds }: SweepSettings,
  known: Map<string, DoneTrial | undefined> = new Map(),
): Promise<DoneTrial[]> {
  const folder = join(directory, runFiles.checkpoints);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!/^unit-trial_\d.*\.safetensors$/.test(name) || known.has(name)) continue;
    known.set(name, await readTrial(join(folder, name), space, seeds.length));
  }
  const found = names.flatMap((name) => known.get(name) ?? []);
  return found.sort((a, b) => a.trial - b.trial);
}

async function readTrial(path: string, space: Space, seeds: number): Promise<DoneTrial | undefined> {
  try {
    const { key, value } = decodeCheckpoint(await readFile(path));
    const named = trialOf(key, space);
    if (named === undefined) return undefined;
    const { status, summary, seconds, message } = valueSchema.parse(value);
    return {
      ...named,
      configuration: Math.floor((named.trial - 1) / seeds) + 1,
      status,
      summary,
      seconds,
      ...(message !== undefined && { error: message }),
    };
  } catch {
    return undefined;
  }
}

/** What the key of a trial's unit says: `trial 3: neurons=[50], seed=0`. */
export function trialOf(key: string, space: Space): Pick<DoneTrial, 'trial' | 'settings' | 'seed'> | undefined {
  const [, number, said] = /^trial (\d+): (.*)$/s.exec(key) ?? [];
  if (number === undefined || said === undefined) return undefined;
  const settings: Record<string, JsonValue> = {};
  let rest = said;
  const names = Object.keys(space);
  for (const [i, name] of names.entries()) {
    if (!rest.startsWith(`${name}=`)) return undefined;
    const next = `, ${names[i + 1] ?? 'seed'}=`;
    const end = rest.indexOf(next);
    if (end < 0) return undefined;
    settings[name] = valueOfWord(space[name]!, rest.slice(name.length + 1, end));
    rest = rest.slice(end + 2);
  }
  const seed = /^seed=(\d+)$/.exec(rest)?.[1];
  return seed === undefined ? undefined : { trial: Number(number), settings, seed: Number(seed) };
}

function valueOfWord(dimension: Dimension, word: string): JsonValue {
  if (dimension.kind === 'choices') {
    const found = dimension.values.find((value) => wordOf(value) === word);
    if (found !== undefined) return found;
  }
  try {
    return JSON.parse(word) as JsonValue;
  } catch {
    return word;
  }
}
