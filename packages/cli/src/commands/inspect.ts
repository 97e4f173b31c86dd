import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '@unbraid/checks';
import { checkPreset, messageOf, parseSettings, settingsFromText, startRun, UsageError } from '@unbraid/experiment';
import type { Subject } from '../inspect/subject.ts';
import type { Io } from '../io.ts';
import { commandLine } from '../shell.ts';
import { engineVersions } from '../versions.ts';
import { printOutcome } from './result.ts';
import { parseSeed } from './seed.ts';
import { withThreads } from './threads.ts';
import { watched } from './watched.ts';

export interface InspectFlags {
  readonly data?: string;
  readonly output?: string;
  readonly index?: string;
  readonly shape: readonly string[];
  readonly constant: readonly string[];
  readonly range: readonly string[];
  readonly rows?: string;
  readonly preset: string;
  readonly set: readonly string[];
  readonly seed: string;
  readonly threads?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Settings that flags of their own, or the files, give. */
const TAKEN: readonly string[] = [
  'model',
  'modelSha256',
  'weightsSha256',
  'data',
  'dataSha256',
  'output',
  'index',
  'shapes',
  'constants',
  'ranges',
];

/** `unbraid inspect MODEL`: measures a model in a run directory of its own. Returns the exit code. */
export async function inspect(io: Io, model: string, flags: InspectFlags): Promise<number> {
  const { inspection } = await import('../inspect/inspection.ts');
  const { readSubject } = await import('../inspect/subject.ts');
  const seed = parseSeed(flags.seed);
  const plain = inspection();
  const preset = checkPreset(plain, flags.preset);
  const given = overridesOf(model, flags, settingsFromText(plain, flags.set));
  const settings = parseSettings(plain, preset, given);
  for (const path of [settings.model, settings.data]) {
    if (path !== '' && !existsSync(path)) throw new UsageError(`inspect: there is no file ${path}`);
  }
  const outcome = await withThreads(flags.threads, async () => {
    const subject = await usable(() => readSubject(settings, seed));
    if (settings.data === '') await io.stderr.write(`No --data: measuring at ${subject.origin}.\n`);
    return watched(io, (hooks) =>
      startRun(inspection(subject), {
        preset,
        overrides: { ...given, ...subject.identity },
        seed,
        command: commandLine(io.program, wordsOf(model, flags)),
        versions: engineVersions(),
        hooks,
        ...(flags.out === undefined ? {} : { directory: flags.out }),
      }),
    );
  });
  return printOutcome(io, outcome, flags.json ?? false);
}

/** Before a run begins, what doesn't fit a model is a wrong request. */
async function usable(read: () => Promise<Subject>): Promise<Subject> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError && error.code === 'setting')
      throw new UsageError(messageOf(error), { cause: error });
    throw error;
  }
}

function overridesOf(model: string, flags: InspectFlags, set: Record<string, unknown>): Record<string, unknown> {
  const taken = Object.keys(set).find((key) => TAKEN.includes(key));
  if (taken !== undefined)
    throw new UsageError(`inspect: --set ${taken}: this setting has an option or argument of its own`);
  return {
    ...set,
    model: resolve(model),
    ...(flags.data !== undefined && { data: resolve(flags.data) }),
    ...(flags.output !== undefined && { output: flags.output }),
    ...(flags.index !== undefined && { index: indexOf(flags.index) }),
    ...(flags.rows !== undefined && { rows: wholeOf('--rows', flags.rows) }),
    shapes: pairs('--shape', flags.shape, 'input_ids=64 or x=3x224x224', (text) => numbers(text, /[x,]/)),
    constants: pairs('--constant', flags.constant, 'sr=16000', (text) => numbers(text, /$^/)?.[0]),
    ranges: pairs('--range', flags.range, 'input_ids=0:999', (text) => {
      const both = numbers(text, /:/);
      return both?.length === 2 ? both : undefined;
    }),
  };
}

function wholeOf(flag: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new UsageError(`inspect: ${flag} ${text}: a whole number is needed`);
}

const indexOf = (text: string): number => (text === 'sum' ? -1 : wholeOf('--index', text));

/** Numbers of a text; undefined where it holds anything else. */
function numbers(text: string, separator: RegExp): number[] | undefined {
  const parts = text.split(separator);
  const values = parts.map(Number);
  return parts.every((part, i) => part.trim() !== '' && Number.isFinite(values[i])) ? values : undefined;
}

/** `name=value`, any number of times. */
function pairs<T>(
  flag: string,
  texts: readonly string[],
  example: string,
  read: (text: string) => T | undefined,
): Record<string, T> {
  const entries = texts.map((text): [string, T] => {
    const at = text.lastIndexOf('=');
    const value = at > 0 ? read(text.slice(at + 1)) : undefined;
    if (value === undefined) throw new UsageError(`inspect: ${flag} ${text}: write it as ${example}`);
    return [text.slice(0, at), value];
  });
  return Object.fromEntries(entries);
}

function wordsOf(model: string, flags: InspectFlags): string[] {
  const one = (name: string, value: string | undefined) => (value === undefined ? [] : [name, value]);
  const many = (name: string, values: readonly string[]) => values.flatMap((value) => [name, value]);
  return [
    'inspect',
    model,
    ...one('--data', flags.data),
    ...one('--output', flags.output),
    ...one('--index', flags.index),
    ...many('--shape', flags.shape),
    ...many('--constant', flags.constant),
    ...many('--range', flags.range),
    ...one('--rows', flags.rows),
    ...one('--preset', flags.preset),
    ...one('--seed', flags.seed),
    ...one('--threads', flags.threads),
    ...many('--set', flags.set),
  ];
}
