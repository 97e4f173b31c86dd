import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@unbraid/checks/node';
import { checkPreset, type Experiment, UsageError } from '@unbraid/experiment';
import {
  checkSweep,
  configurationsOf,
  type GivenTrial,
  type Pruning,
  type Space,
  type SweepMethod,
  type SweepSettings,
  seedsFromText,
  spaceOf,
  sweepFiles,
  sweepMethods,
  trialsFromCsv,
} from '@unbraid/experiment/sweep';
import { newRun, type RunFlags, wordsOfFlags } from '../commands/new-run.ts';
import { sweepOf } from '../find-experiment.ts';
import type { Io } from '../io.ts';
import { readSweepFile, type SweepFile } from './sweep-file.ts';

export interface SweepFlags extends Omit<RunFlags, 'preset' | 'seed'> {
  readonly preset?: string;
  readonly seed?: string;
  readonly file?: string;
  readonly seeds?: string;
  readonly method?: string;
  readonly trials?: string;
  readonly metric?: string;
  readonly goal?: string;
  readonly round?: string;
  readonly startup?: string;
  readonly prune?: string;
  readonly warmup?: string;
  readonly outputs?: boolean;
  readonly from?: string;
  readonly csv?: string;
}

/** `unbraid sweep NAME`: tries settings of an experiment, as a run in a directory of its own. Returns the exit code. */
export async function sweep(io: Io, name: string | undefined, flags: SweepFlags): Promise<number> {
  const file = flags.file === undefined ? {} : await readSweepFile(flags.file);
  const chosen = name ?? file.experiment;
  if (chosen === undefined) throw new UsageError('sweep: name an experiment, or a --file that does');
  const inner = await io.registry.find(chosen);
  const preset = checkPreset(inner, flags.preset ?? file.preset ?? 'short');
  const space = spaceOf(inner, preset, { ...file.set, ...pairs(inner, flags.set) });
  const { given, notices } = await givenTrials(inner, space, flags.from);
  const settings = checkSweep(inner, { ...settingsOf(file, flags), preset, space, given: [...given] });
  await checkTarget(flags.csv);
  const experiment = sweepOf(inner, io.program, settings.space);
  const seed = flags.seed ?? String(file.seed ?? 0);
  return newRun(io, {
    experiment,
    overrides: settings,
    flags: { ...flags, preset, seed },
    words: ['sweep', inner.name, ...wordsOf(flags), ...wordsOfFlags({ ...flags, preset, seed })],
    prepare: async () => ({ experiment, identity: {}, notices: [...notices, ...plan(settings)] }),
    async finish({ directory }) {
      if (flags.csv === undefined) return;
      await writeFileAtomic(flags.csv, await readFile(join(directory, 'artifacts', sweepFiles.trials)));
    },
  });
}

/** `key=value` pairs; each key once. */
function pairs(inner: Experiment, set: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const pair of set) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`${inner.name}: "${pair}" sets nothing; write key=a,b,c or key=1..9`);
    const key = pair.slice(0, at);
    if (Object.hasOwn(found, key))
      throw new UsageError(`${inner.name}: ${key} is set twice; give its values in one --set, separated by commas`);
    found[key] = pair.slice(at + 1);
  }
  return found;
}

/** What the flags say, over what the file does. */
function settingsOf(file: SweepFile, flags: SweepFlags): Partial<SweepSettings> {
  const trials = whole('--trials', flags.trials, 1) ?? file.trials;
  const metric = flags.metric ?? file.metric;
  const goal = oneOf('--goal', flags.goal, ['max', 'min'] as const) ?? file.goal;
  const round = whole('--round', flags.round, 1) ?? file.round;
  const startup = whole('--startup', flags.startup, 1) ?? file.startup;
  const usual: SweepMethod = trials === undefined ? 'grid' : metric === undefined ? 'random' : 'tpe';
  const warmup = whole('--warmup', flags.warmup, 0) ?? file.warmup;
  const prune = pruning(flags.prune ?? file.prune, goal ?? 'max', warmup);
  return {
    method: oneOf('--method', flags.method, sweepMethods) ?? file.method ?? usual,
    seeds: seeds(flags.seeds ?? file.seeds),
    ...(trials !== undefined && { trials }),
    ...(metric !== undefined && { metric }),
    ...(goal !== undefined && { goal }),
    ...(round !== undefined && { round }),
    ...(startup !== undefined && { startup }),
    ...(prune !== undefined && { prune }),
    outputs: flags.outputs ?? file.outputs ?? false,
  };
}

function seeds(said: SweepFile['seeds']): number[] {
  if (said === undefined) return [0];
  return Array.isArray(said) ? [...said] : seedsFromText(String(said));
}

function pruning(said: string | undefined, goal: 'max' | 'min', warmup: number | undefined): Pruning | undefined {
  if (said === undefined) {
    if (warmup !== undefined) throw new UsageError('sweep: --warmup is of --prune KEY, which is not given');
    return undefined;
  }
  const [, key = said, own] = /^(.+):(max|min)$/.exec(said) ?? [];
  return { key, goal: own === 'max' || own === 'min' ? own : goal, warmup: warmup ?? 0, startup: 5 };
}

function whole(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`sweep: ${flag} ${text}: a whole number from ${least} is needed`);
}

function oneOf<T extends string>(flag: string, text: string | undefined, names: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const found = names.find((name) => name === text);
  if (found === undefined) throw new UsageError(`sweep: ${flag} ${text}: choose ${names.join(', ')}`);
  return found;
}

async function givenTrials(inner: Experiment, space: Space, path: string | undefined) {
  if (path === undefined) return { given: [] as GivenTrial[], notices: [] };
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`sweep: there is no file ${path}`);
  });
  const { given, leftOut } = trialsFromCsv(inner, space, text);
  const left = leftOut === 0 ? '' : `; ${leftOut} that failed or were stopped are left out`;
  return { given, notices: [`${given.length} trials of ${path} are given${left}.`] };
}

/** Before a trial is done, not after the last: a table that could not be written. */
async function checkTarget(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) throw new UsageError(`sweep: --csv ${path}: there is no folder ${dirname(path)}`);
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw new UsageError(`sweep: --csv ${path} is a folder`);
}

/** What is about to be done. */
function plan(settings: SweepSettings): string[] {
  const { method, seeds: own, startup } = settings;
  const count = configurationsOf(settings);
  const of = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  return [
    `${of(count * own.length, 'trial')}: ${of(count, 'configuration')} (${method}) with ${of(own.length, 'seed')} each.`,
    ...(method === 'tpe' && count <= startup
      ? [
          `tpe draws its first ${startup} configurations at random, which are all of these; it learns from more --trials.`,
        ]
      : []),
  ];
}

/** The words of flags that a sweep has and other runs don't. */
function wordsOf(flags: SweepFlags): string[] {
  const one = (name: string, value: string | undefined) => (value === undefined ? [] : [name, value]);
  return [
    ...one('--file', flags.file),
    ...one('--seeds', flags.seeds),
    ...one('--method', flags.method),
    ...one('--trials', flags.trials),
    ...one('--metric', flags.metric),
    ...one('--goal', flags.goal),
    ...one('--round', flags.round),
    ...one('--startup', flags.startup),
    ...one('--prune', flags.prune),
    ...one('--warmup', flags.warmup),
    ...one('--from', flags.from),
    ...(flags.outputs ? ['--outputs'] : []),
  ];
}
