import type { PresetName } from '../experiment.ts';
import type { JsonValue } from '../values.ts';
import type { Trial } from './trial.ts';

/** The words behind `unbraid` that do a trial as a run of its own. */
export const wordsOfTrial = (
  inner: string,
  preset: PresetName,
  { settings, seed }: Pick<Trial, 'settings' | 'seed'>,
): string[] => [
  'run',
  inner,
  '--preset',
  preset,
  '--seed',
  String(seed),
  ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${settingText(value)}`]),
];

/** A value as `--set` of `run` reads it. */
const settingText = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Words as a POSIX shell reads them back, behind the command's name. */
export const commandOf = (words: readonly string[]): string => ['unbraid', ...words.map(quoted)].join(' ');

/** The command that does a trial as a run of its own. */
export const commandOfTrial = (inner: string, preset: PresetName, trial: Pick<Trial, 'settings' | 'seed'>): string =>
  commandOf(wordsOfTrial(inner, preset, trial));

/** A word as a POSIX shell reads it back. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
