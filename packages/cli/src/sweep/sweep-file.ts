import { readFile, stat } from 'node:fs/promises';
import { checkSettings } from '@unbraid/checks';
import { messageOf, presetNames, UsageError } from '@unbraid/experiment';
import { sweepMethods } from '@unbraid/experiment/sweep';
import { parse } from 'yaml';
import { z } from 'zod';

/** A sweep's description is a page, not a book. */
const MOST_BYTES = 2 ** 20;

const fileSchema = z.object({
  experiment: z.string('a name such as galu/compare').optional(),
  preset: z.enum(presetNames, presetNames.join(', ')).optional(),
  set: z.record(z.string(), z.unknown(), 'settings, each with its values').optional(),
  seeds: z.union([z.string(), z.int().min(0), z.array(z.int().min(0)).min(1)], 'a range 0..9 or a list').optional(),
  seed: z.int('a whole number').min(0, 'a number from 0').optional(),
  method: z.enum(sweepMethods, sweepMethods.join(', ')).optional(),
  trials: z.int('a whole number').min(1, 'a positive number').optional(),
  metric: z.string('the name of a result').optional(),
  goal: z.enum(['max', 'min'], 'max or min').optional(),
  round: z.int('a whole number').min(1, 'a positive number').optional(),
  startup: z.int('a whole number').min(1, 'a positive number').optional(),
  prune: z.string('key, key:max or key:min').optional(),
  warmup: z.int('a whole number').min(0, 'a number from 0').optional(),
  outputs: z.boolean('true or false').optional(),
});

/** What a sweep's file can say; its members are named as the flags. */
export type SweepFile = Readonly<z.output<typeof fileSchema>>;

/**
 * Reads a sweep's description, YAML or JSON.
 * @throws {UsageError} where there is no such file, it is neither, or it says what can't be
 */
export async function readSweepFile(path: string): Promise<SweepFile> {
  const content = parsed(path, await textOf(path));
  try {
    return checkSettings(`sweep: ${path}`, fileSchema, content);
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

async function textOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UsageError(`sweep: there is no file ${path}`);
  if (!found.isFile()) throw new UsageError(`sweep: ${path} is no file`);
  if (found.size > MOST_BYTES)
    throw new UsageError(`sweep: ${path} has ${found.size} bytes; a description has ${MOST_BYTES} at most`);
  return readFile(path, 'utf8');
}

function parsed(path: string, text: string): unknown {
  try {
    return parse(text, { logLevel: 'error', maxAliasCount: 100 });
  } catch (error) {
    // Its second line on shows the place.
    const [first = ''] = messageOf(error).split('\n');
    throw new UsageError(`sweep: ${path} is no YAML: ${first.replace(/:$/, '')}`, { cause: error });
  }
}
