import { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { Experiment, PresetName } from '../experiment.ts';
import { checkKey, parseSettings } from '../settings/parse.ts';
import { valueFromText } from '../settings/text.ts';
import type { JsonValue } from '../values.ts';
import { type Dimension, type Space, settingOf } from './space.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Range = Exclude<Dimension, { kind: 'choices' }>;

/** What numbers a setting takes; undefined where it takes none. */
interface Numbers {
  readonly kind: 'real' | 'integer';
  /** Whether it is a list of them. */
  readonly list: boolean;
}

function numbersOf(schema: JsonSchema | undefined): Numbers | undefined {
  if (schema?.type === 'integer') return { kind: 'integer', list: false };
  if (schema?.type === 'number') return { kind: 'real', list: false };
  if (schema?.type === 'array') {
    const items = numbersOf(schema.items as JsonSchema | undefined);
    return items === undefined || items.list ? undefined : { ...items, list: true };
  }
  for (const option of schema?.anyOf ?? schema?.oneOf ?? []) {
    const found = numbersOf(option as JsonSchema);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A sweep's errors name its experiment. */
export const refusal = (experiment: Experiment, message: string): UsageError =>
  new UsageError(`${experiment.name}: ${message}`);

/**
 * What `--set key=text` of a sweep means: choices separated by commas, or a range `lo..hi`, with `log:` or `int:` before it and, of integers, `:step` behind.
 * Each choice is written as in `run`, but a list in brackets: `[50,100],[50]`; one without is a list of one.
 * @throws {UsageError} for a setting that there is not, and values that it can't have
 */
export function dimensionFromText(experiment: Experiment, preset: PresetName, key: string, text: string): Dimension {
  checkKey(experiment, key);
  const numbers = numbersIn(experiment, key);
  const range = rangeIn(text.trim());
  if (range !== undefined && numbers !== undefined) {
    const { prefixes, low, high, step } = range;
    return rangeOf(experiment, preset, key, {
      from: bound(experiment, key, text, low),
      to: bound(experiment, key, text, high),
      ...(step !== undefined && { step: bound(experiment, key, text, step) }),
      log: prefixes.includes('log:'),
      integer: prefixes.includes('int:'),
    });
  }
  if (/^(log|int):/.test(text)) {
    const why = numbers === undefined ? 'this setting is no number' : 'write it as log:1e-4..1e-1 or int:1..9:2';
    throw refusal(experiment, `${key}=${text} is no range: ${why}`);
  }
  const { shape } = experiment.settings;
  const values = pieces(text).map((piece) => {
    if (piece === '') throw refusal(experiment, `${key}=${text}: a value is missing at a comma`);
    return choiceFromText(shape[key]!, piece);
  });
  return choicesOf(experiment, preset, key, values as JsonValue[]);
}

/** The parts of `log:lo..hi` or `int:lo..hi:step`, as they are written. */
function rangeIn(text: string) {
  const [prefixes = ''] = /^(?:log:|int:){0,2}/.exec(text) ?? [];
  const [low = '', end, ...more] = text.slice(prefixes.length).split('..');
  if (end === undefined || more.length > 0 || /[,[\]]/.test(text)) return undefined;
  const [high = '', step, ...others] = end.split(':');
  return others.length > 0 ? undefined : { prefixes, low, high, step };
}

const numbersIn = (experiment: Experiment, key: string): Numbers | undefined => numbersOf(schemaOf(experiment, key));

const schemaOf = ({ settings }: Experiment, key: string): JsonSchema | undefined =>
  z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }).properties?.[key] as JsonSchema | undefined;

function bound(experiment: Experiment, key: string, text: string, part: string): number {
  const value = Number(part);
  if (part.trim() !== '' && Number.isFinite(value)) return value;
  throw refusal(experiment, `${key}=${text}: "${part}" is no number; write a range as 1e-4..1e-1, log:… or int:…`);
}

/** A choice as text: JSON in quotes and brackets, and lists whose words need no quotes. */
function choiceFromText(schema: z.core.$ZodType, piece: string): unknown {
  if (/^".*"$/s.test(piece)) {
    try {
      return JSON.parse(piece);
    } catch {
      return piece;
    }
  }
  const value = valueFromText(schema, piece);
  // What is in brackets and no JSON: words, `[mnist,gaussian]`.
  if (typeof value === 'string' && /^\[.*\]$/s.test(piece)) return valueFromText(schema, piece.slice(1, -1));
  return value;
}

/** The parts between commas that are in no brackets, braces or quotes. */
function pieces(text: string): string[] {
  const parts: string[] = [];
  let [depth, start, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (quoted) {
      if (sign === '\\') at++;
      else quoted = sign !== '"';
    } else if (sign === '"') quoted = true;
    else if ('[{'.includes(sign)) depth++;
    else if (']}'.includes(sign)) depth--;
    else if (sign === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/**
 * Choices, each of which the setting can be.
 * @throws {UsageError} where it can't, or one is given twice
 */
export function choicesOf(
  experiment: Experiment,
  preset: PresetName,
  key: string,
  values: readonly JsonValue[],
): Dimension {
  const seen = new Set<string>();
  for (const value of values) {
    parseSettings(experiment, preset, { [key]: value });
    const text = JSON.stringify(value);
    if (seen.has(text)) throw refusal(experiment, `${key} is given ${text} twice`);
    seen.add(text);
  }
  if (values.length === 0) throw refusal(experiment, `${key} has no values; give one or more`);
  return { kind: 'choices', values: [...values] };
}

const rangeRequest = z.strictObject({
  from: z.number(),
  to: z.number(),
  step: z.number().optional(),
  log: z.boolean().optional(),
  integer: z.boolean().optional(),
});

/**
 * What a sweep's file or program gives for a setting: text as behind `--set key=`, one value, a list of choices, or `{ from, to, log, integer, step }`. Of a setting that is a
 * list, a choice that is none is a list of one.
 * @throws {UsageError} for a setting that there is not, and values that it can't have
 */
export function dimensionOf(experiment: Experiment, preset: PresetName, key: string, value: unknown): Dimension {
  if (typeof value === 'string') return dimensionFromText(experiment, preset, key, value);
  checkKey(experiment, key);
  if (Array.isArray(value) || typeof value !== 'object' || value === null) {
    const isList = schemaOf(experiment, key)?.type === 'array';
    const choice = (each: unknown) => (isList && !Array.isArray(each) ? [each] : each) as JsonValue;
    return choicesOf(experiment, preset, key, (Array.isArray(value) ? value : [value]).map(choice));
  }
  const range = rangeRequest.safeParse(value);
  if (!range.success)
    throw refusal(experiment, `${key} is ${JSON.stringify(value)}; a range is { from, to }, with log, integer or step`);
  return rangeOf(experiment, preset, key, range.data);
}

/** A space of what `dimensionOf` takes. @throws {UsageError} as there */
export const spaceOf = (experiment: Experiment, preset: PresetName, set: Readonly<Record<string, unknown>>): Space =>
  Object.fromEntries(Object.entries(set).map(([key, value]) => [key, dimensionOf(experiment, preset, key, value)]));

/** A range as it is asked for. */
export interface RangeRequest {
  readonly from: number;
  readonly to: number;
  /** Of integers. @defaultValue 1 */
  readonly step?: number | undefined;
  /** Whether magnitudes count rather than differences. @defaultValue false */
  readonly log?: boolean | undefined;
  /** Whether only integers are tried; always where the setting is one. @defaultValue false */
  readonly integer?: boolean | undefined;
}

/**
 * A range whose ends the setting can be.
 * @throws {UsageError} where it can't, and for a range that is none
 */
export function rangeOf(
  experiment: Experiment,
  preset: PresetName,
  key: string,
  { from, to, step, log = false, integer = false }: RangeRequest,
): Dimension {
  const numbers = numbersIn(experiment, key);
  const said = `${key}=${log ? 'log:' : ''}${integer ? 'int:' : ''}${from}..${to}${step === undefined ? '' : `:${step}`}`;
  const refuse = (why: string) => refusal(experiment, `${said}: ${why}`);
  if (numbers === undefined) throw refuse('this setting is no number; give its values, separated by commas');
  if (!(from < to)) throw refuse('a range goes from a smaller number to a larger one');
  if (log && from <= 0) throw refuse('magnitudes are of positive numbers');
  const kind = integer ? 'integer' : numbers.kind;
  if (step !== undefined && (kind !== 'integer' || log))
    throw refuse('only integers that are no magnitudes have a step');
  if (kind === 'integer' && ![from, to, step ?? 1].every(Number.isSafeInteger))
    throw refuse('ends and step must be integers');
  if (step !== undefined && step < 1) throw refuse('the step must be positive');
  const range: Range =
    kind === 'real'
      ? { kind, from, to, log, list: numbers.list }
      : { kind, from, to, step: step ?? 1, log, list: numbers.list };
  for (const end of [from, to]) parseSettings(experiment, preset, { [key]: settingOf(range, end) });
  return range;
}

/**
 * `0..9`, `0,3,7`, or both.
 * @throws {UsageError} for a text that is none, and a seed that is given twice
 */
export function seedsFromText(text: string): number[] {
  const seeds = text.split(',').flatMap((part) => {
    const [, first, last] = /^\s*(\d+)(?:\.\.(\d+))?\s*$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last ?? first)];
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to < from || to - from >= MOST_SEEDS)
      throw new UsageError(`--seeds ${text}: write seeds as 0..9 or 0,3,7`);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) !== i);
  if (twice !== undefined) throw new UsageError(`--seeds ${text}: seed ${twice} is given twice`);
  return seeds;
}

const MOST_SEEDS = 10_000;
