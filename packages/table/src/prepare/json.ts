import { InputError, showValue } from '@unbraid/checks';
import * as z from 'zod';
import { LAST_DATE } from './entries.ts';
import { LARGEST } from './numbers.ts';
import { type ColumnPlan, FARTHEST } from './plan.ts';
import { FORMAT, type Preprocessor, preprocessorOf, VERSION } from './preprocessor.ts';

const number = (most = Number.MAX_VALUE) =>
  z.number({ error: 'a number' }).refine((value) => Math.abs(value) <= most, { error: `a number up to ±${most}` });
const flag = z.boolean({ error: 'true or false' });
const name = z.string({ error: 'a text' });

const standardization = z.strictObject({
  mean: number(LARGEST),
  scale: number(LARGEST).refine((value) => value > 0, { error: 'a number above 0' }),
  limit: number(FARTHEST).refine((value) => value >= 1, { error: 'a number of at least 1' }),
});

const distinct = (levels: readonly (string | number)[]): boolean => new Set(levels).size === levels.length;
const levels = z
  .union([z.array(name), z.array(number())], { error: 'a list of texts, or of numbers' })
  .refine((each) => distinct(each), { error: 'a list without repetition' });

const category = { use: z.literal('category'), name, kind: z.enum(['text', 'number']) };

const oneHot = z
  .strictObject({ ...category, encoding: z.literal('one-hot'), levels, rare: levels, missing: flag })
  .refine((plan) => distinct([...plan.levels, ...plan.rare]), { error: 'levels that are not rare ones as well' });

const means = z
  .strictObject({
    ...category,
    encoding: z.literal('means'),
    levels,
    of: z.array(name).min(1, { error: 'at least one name' }),
    means: z.array(z.array(number())),
    overall: z.array(number()),
    missing: z.array(number()).optional(),
    standardization: z.array(standardization),
  })
  .refine(
    (plan) => {
      const count = plan.of.length;
      const lengths = [plan.means, plan.overall, plan.missing ?? plan.overall, plan.standardization];
      return (
        lengths.every((each) => each.length === count) && plan.means.every((each) => each.length === plan.levels.length)
      );
    },
    { error: 'as many means as levels, and of each as many as there are names' },
  );

const shapes = {
  number: z.strictObject({
    use: z.literal('number'),
    name,
    kind: z.literal('number'),
    median: number(LARGEST),
    indicator: flag,
    standardization: standardization.optional(),
  }),
  boolean: z.strictObject({
    use: z.literal('boolean'),
    name,
    kind: z.literal('boolean'),
    fill: z.union([z.literal(0), z.literal(1)], { error: '0 or 1' }),
    indicator: flag,
    varies: flag,
  }),
  date: z.strictObject({
    use: z.literal('date'),
    name,
    kind: z.literal('date'),
    median: number(LAST_DATE),
    indicator: flag,
    standardization: standardization.optional(),
    year: flag,
    day: flag,
    weekdays: z.array(z.number().int().min(0).max(6)).refine(distinct, { error: 'days of the week, 0 to 6' }),
  }),
  'one-hot': oneHot,
  means,
  'leave-out': z.strictObject({
    use: z.literal('leave-out'),
    name,
    kind: z.enum(['number', 'boolean', 'date', 'text']),
    reason: name,
  }),
} as const;

const file = z.object({
  format: z.literal(FORMAT, { error: JSON.stringify(FORMAT) }),
  version: z.literal(VERSION, { error: `${VERSION}, the one that this version reads,` }),
  target: name.optional(),
  columns: z.array(z.looseObject({ use: name }, { error: 'the plan of a column' }), { error: 'a list' }),
});

/**
 * The preprocessor that `toJSON` wrote, which gives the same bits.
 * @param json what `JSON.parse` made of it
 * @throws {InputError} `model`, in one line, for anything that isn't one: what is wrong and where
 */
export function preprocessorFromJson(json: unknown): Preprocessor {
  const { columns, target } = parsed(file, json, '');
  const plans = columns.map((column, i) => {
    const place = `columns[${i}]`;
    const shape = column.use === 'category' ? column.encoding : column.use;
    if (typeof shape !== 'string' || !Object.hasOwn(shapes, shape) || column.use !== useOf(shape))
      throw refuse(`${place} is used as ${showValue(shape)}, which this version doesn't know`);
    const plan = parsed<unknown>(shapes[shape as keyof typeof shapes], column, place) as ColumnPlan;
    checkLevels(plan, place);
    return plan;
  });
  if (!distinct(plans.map((plan) => plan.name))) throw refuse('two of its columns have the same name');
  const preprocessor = preprocessorOf(plans, target);
  if (preprocessor.features.length === 0) throw refuse('its columns give no features');
  return preprocessor;
}

const useOf = (shape: string): string => (shape === 'one-hot' || shape === 'means' ? 'category' : shape);

function checkLevels(plan: ColumnPlan, place: string): void {
  if (plan.use !== 'category') return;
  const type = plan.kind === 'text' ? 'string' : 'number';
  const all: readonly (string | number)[] = plan.encoding === 'one-hot' ? [...plan.levels, ...plan.rare] : plan.levels;
  const other = all.find((level) => typeof level !== type || level === '');
  if (other !== undefined)
    throw refuse(
      `${place} has the level ${showValue(other)}, where levels are ${plan.kind === 'text' ? 'texts' : 'numbers'}`,
    );
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const at = `${place}${path}`.replace(/^\./, '') || 'it';
  if (issue.code === 'unrecognized_keys')
    throw refuse(`${at} has an entry ${showValue(issue.keys[0])}, which this version doesn't know`);
  const found = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  throw refuse(`${at} is ${showValue(found)} where ${issue.message} is needed`);
}

const refuse = (what: string): InputError =>
  new InputError('model', `table: this is no saved preprocessor, or a changed one: ${what}; save it anew`);
