import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { settingsFromText, UsageError } from '@unbraid/experiment';
import type { SubjectSettings } from '../inspect/settings.ts';
import type { Io } from '../io.ts';
import { newRun, type RunFlags, wordsOfFlags } from './new-run.ts';

export interface InspectFlags extends RunFlags {
  readonly data?: string;
  readonly output?: string;
  readonly index?: string;
  readonly shape: readonly string[];
  readonly constant: readonly string[];
  readonly range: readonly string[];
  readonly rows?: string;
  readonly kernel?: string;
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
  'file',
];

/** `unbraid inspect MODEL`: measures a model, or writes its tangent kernel to a file, in a run directory of its own. Returns the exit code. */
export async function inspect(io: Io, model: string, flags: InspectFlags): Promise<number> {
  if (flags.kernel !== undefined) return writeKernel(io, model, flags, flags.kernel);
  const { inspection } = await import('../inspect/inspection.ts');
  const experiment = inspection();
  return newRun(io, {
    experiment,
    overrides: overridesOf(model, flags, settingsFromText(experiment, flags.set)),
    flags,
    words: wordsOf(model, flags),
    async prepare(settings, seed) {
      const { subject, notices } = await readFiles(settings, seed);
      return { experiment: inspection(subject), identity: subject.identity, notices };
    },
  });
}

async function writeKernel(io: Io, model: string, flags: InspectFlags, file: string): Promise<number> {
  const { kernelInspection } = await import('../inspect/kernel/inspection.ts');
  const { roomFor } = await import('../inspect/kernel/kernel-file.ts');
  const { planOf } = await import('../inspect/kernel/plan.ts');
  const { nodeRuntime } = await import('@unbraid/graph/node');
  const experiment = kernelInspection();
  return newRun(io, {
    experiment,
    overrides: { ...overridesOf(model, flags, settingsFromText(experiment, flags.set)), file: resolve(file) },
    flags,
    words: wordsOf(model, flags),
    async prepare(settings, seed) {
      const { subject, notices } = await readFiles(settings, seed);
      const room = await roomFor(settings, subject.x.rows);
      const plan = await planOf(subject, settings, nodeRuntime());
      return {
        experiment: kernelInspection({ subject, plan }),
        identity: subject.identity,
        notices: [...notices, room],
      };
    },
  });
}

/** @throws {UsageError} for files that are not there */
async function readFiles(settings: SubjectSettings, seed: number) {
  const { readSubject } = await import('../inspect/subject.ts');
  for (const path of [settings.model, settings.data]) {
    if (path !== '' && !existsSync(path)) throw new UsageError(`inspect: there is no file ${path}`);
  }
  const subject = await readSubject(settings, seed);
  return { subject, notices: settings.data === '' ? [`No --data: measuring at ${subject.origin}.`] : [] };
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
    ...one('--kernel', flags.kernel),
    ...wordsOfFlags(flags),
  ];
}
