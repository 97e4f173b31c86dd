import type { Random } from '@unbraid/kernels';
import { z } from 'zod';
import type { JsonValue } from '../values.ts';

/** Any JSON; Zod's own type of it can be written to. */
export const jsonSchema = z.json() as unknown as z.ZodType<JsonValue>;

/** What a setting is tried at. A range of a setting that is a list gives lists of one number. */
export const dimensionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('choices'), values: z.array(jsonSchema).min(1) }),
  z.strictObject({
    kind: z.literal('real'),
    from: z.number(),
    to: z.number(),
    log: z.boolean(),
    list: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('integer'),
    from: z.int(),
    to: z.int(),
    step: z.int().min(1),
    log: z.boolean(),
    list: z.boolean(),
  }),
]);

/** What a setting is tried at: choices, real numbers of a range, or integers of one; `log` where magnitudes count rather than differences. */
export type Dimension = Readonly<z.output<typeof dimensionSchema>>;

/** Settings by name, each with what it is tried at. */
export type Space = Readonly<Record<string, Dimension>>;

/** A value for each setting of a space. */
export type Configuration = Readonly<Record<string, JsonValue>>;

/** The same for the same values. */
export const identityOf = (configuration: Configuration): string => JSON.stringify(configuration);

/** A number of a range as the setting takes it. */
export const settingOf = (dimension: Exclude<Dimension, { kind: 'choices' }>, value: number): JsonValue =>
  dimension.list ? [value] : value;

/** The number of a setting's value in a range; undefined where it is none. */
export function numberOf(dimension: Exclude<Dimension, { kind: 'choices' }>, value: JsonValue): number | undefined {
  const inner = dimension.list && Array.isArray(value) && value.length === 1 ? value[0] : dimension.list ? null : value;
  return typeof inner === 'number' ? inner : undefined;
}

/** The place of a value among choices; -1 where it is none of them. */
export function choiceOf({ values }: Extract<Dimension, { kind: 'choices' }>, value: JsonValue): number {
  const wanted = JSON.stringify(value);
  return values.findIndex((each) => JSON.stringify(each) === wanted);
}

/** Whether a value is one of those that a setting is tried at. */
export function holds(dimension: Dimension, value: JsonValue): boolean {
  if (dimension.kind === 'choices') return choiceOf(dimension, value) >= 0;
  const number = numberOf(dimension, value);
  if (number === undefined || number < dimension.from || number > dimension.to) return false;
  return dimension.kind === 'real' || (number - dimension.from) % dimension.step === 0;
}

/** How many values there are: infinite of a range of real numbers. */
export function sizeOf(dimension: Dimension): number {
  if (dimension.kind === 'choices') return dimension.values.length;
  return dimension.kind === 'real' ? Infinity : Math.floor((dimension.to - dimension.from) / dimension.step) + 1;
}

/** How many configurations there are. */
export const spaceSize = (space: Space): number =>
  Object.values(space).reduce((product, dimension) => product * sizeOf(dimension), 1);

/** One of the values of a dimension that has so many, in its order. */
function valueAt(dimension: Exclude<Dimension, { kind: 'real' }>, index: number): JsonValue {
  if (dimension.kind === 'choices') return dimension.values[index]!;
  return settingOf(dimension, dimension.from + index * dimension.step);
}

/**
 * The configuration of a place in the grid of a finite space: the last setting changes first.
 * @param index from 0 to `spaceSize` - 1
 */
export function gridAt(space: Space, index: number): Configuration {
  let rest = index;
  const entries: [string, JsonValue][] = [];
  for (const [key, dimension] of Object.entries(space).reverse()) {
    const size = sizeOf(dimension);
    entries.push([key, valueAt(dimension as Exclude<Dimension, { kind: 'real' }>, rest % size)]);
    rest = Math.floor(rest / size);
  }
  return Object.fromEntries(entries.reverse());
}

/** A value drawn from a dimension: choices and numbers with the same probability, or magnitudes where it is `log`. */
function draw(dimension: Dimension, random: Random): JsonValue {
  if (dimension.kind === 'choices') return dimension.values[random.int(dimension.values.length)]!;
  const { from, to, log } = dimension;
  if (dimension.kind === 'integer' && !log) return valueAt(dimension, random.int(sizeOf(dimension)));
  const [low, high] = dimension.kind === 'integer' ? [from - 0.5, to + 0.5] : [from, to];
  const share = random.next();
  const value = log ? low * (high / low) ** share : low + (high - low) * share;
  return settingOf(dimension, nearest(dimension, value));
}

/** The value of a range that is next to a number. */
export function nearest(dimension: Exclude<Dimension, { kind: 'choices' }>, value: number): number {
  const { from, to } = dimension;
  if (dimension.kind === 'real') {
    // More digits than anyone would type, where that many tell the range's numbers apart.
    const typed = to - from > 0.01 * Math.max(Math.abs(from), Math.abs(to)) ? Number(value.toPrecision(6)) : value;
    return Math.min(to, Math.max(from, typed));
  }
  // The end may lie between two steps.
  const steps = Math.round((value - from) / dimension.step);
  return from + Math.min(sizeOf(dimension) - 1, Math.max(0, steps)) * dimension.step;
}

/** A configuration in which every setting is drawn by itself, from a stream of its own. */
export const drawConfiguration = (space: Space, random: Random): Configuration =>
  Object.fromEntries(Object.entries(space).map(([key, dimension]) => [key, draw(dimension, random.split(key))]));
