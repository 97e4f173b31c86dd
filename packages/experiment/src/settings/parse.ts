import { unknownName } from '@unbraid/checks';
import type { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { Experiment, PresetName } from '../experiment.ts';
import { presetNames } from '../experiment.ts';
import { valueFromText } from './text.ts';

/** The preset of a name. @throws {UsageError} for a name that there is not */
export function checkPreset(experiment: Experiment, preset: string): PresetName {
  const found = presetNames.find((name) => name === preset);
  if (found === undefined) throw new UsageError(`${experiment.name}: ${unknownName('preset', preset, presetNames)}`);
  return found;
}

/**
 * Reads `key=value` pairs by the types of the experiment's settings.
 * @throws UsageError for a pair without `=` and for a key that is no setting; values are checked by `parseSettings`.
 */
export function settingsFromText(experiment: Experiment, pairs: readonly string[]): Record<string, unknown> {
  const { shape } = experiment.settings;
  const settings: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`${experiment.name}: "${pair}" sets nothing; write key=value`);
    const key = pair.slice(0, at);
    checkKey(experiment, key);
    settings[key] = valueFromText(shape[key]!, pair.slice(at + 1));
  }
  return settings;
}

/** @throws {UsageError} for a name that is no setting, with the nearest ones */
export function checkKey(experiment: Experiment, key: string): void {
  const keys = Object.keys(experiment.settings.shape);
  if (!keys.includes(key)) throw new UsageError(`${experiment.name}: ${unknownName('setting', key, keys)}`);
}

function place(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

/** As JSON, with words for the numbers that JSON lacks. */
function shown(value: unknown): string {
  const word = (_: string, part: unknown) => (typeof part === 'number' && !Number.isFinite(part) ? String(part) : part);
  return typeof value === 'number' ? String(value) : JSON.stringify(value, word);
}

function problem(issue: z.core.$ZodIssue, input: Readonly<Record<string, unknown>>): string {
  const message = issue.message.replace(/^Invalid input: /, '');
  const key = issue.path[0];
  if (typeof key !== 'string') return message;
  return `setting ${place(issue.path)} cannot come from ${shown(input[key])}: ${message}`;
}

/**
 * The complete settings of a run: the schema's defaults, over them the preset's, over them `overrides`.
 * @throws UsageError naming the first setting that is unknown or out of range, in one line.
 */
export function parseSettings<S extends z.ZodObject>(
  experiment: Experiment<S>,
  preset: PresetName,
  overrides: Readonly<Record<string, unknown>> = {},
): z.output<S> {
  for (const key of Object.keys(overrides)) checkKey(experiment, key);
  const input = { ...experiment.presets[preset], ...overrides };
  const result = experiment.settings.safeParse(input);
  if (result.success) return result.data;
  throw new UsageError(`${experiment.name}: ${problem(result.error.issues[0]!, input)}`);
}
