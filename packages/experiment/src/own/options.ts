import { checkSettings, flag, having, integer, text } from '@unbraid/checks';
import { z } from 'zod';
import type { MetricColumn } from '../experiment.ts';
import { metricProblems } from '../metric-problems.ts';
import type { JsonValue } from '../values.ts';

/** What `createRun` takes. */
export interface CreateRunOptions {
  /** What runs of this kind are called: letters, digits, ".", "-" and "_", in parts with "/" between them: `mine/digits`. */
  readonly name: string;
  /** The settings of this run, all of them: they are kept, shown, and what runs are compared by. */
  readonly config?: Readonly<Record<string, JsonValue>>;
  /** A folder that is empty or not there yet; with `resume`, also one that holds this run. @defaultValue `runs/<name>-<UTC time>` */
  readonly directory?: string;
  /** Non-negative integer: what everything random of your loop follows from. @defaultValue 0 */
  readonly seed?: number;
  /** What columns of the lines are. */
  readonly metrics?: Readonly<Record<string, MetricColumn>>;
  /** @defaultValue the name */
  readonly title?: string;
  /** What it does and what it shows, for the report. */
  readonly description?: string;
  /** What entries of `config` are, for the report. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What results are, for the report. */
  readonly summary?: Readonly<Record<string, string>>;
  /** Whether to go on with the run that the directory holds; where it holds none, one begins. @defaultValue false */
  readonly resume?: boolean;
  /** A run whose work ends by it is interrupted, not failed, and `checkpoint().save` throws its reason once the state is kept. */
  readonly signal?: AbortSignal;
  /** What makes this run again, for the report. @defaultValue the words that this process was started with */
  readonly command?: string;
  /** Of the engines at work, beside those of Node and Unbraid. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Hears sentences that you should read, such as of a checkpoint that is damaged and not used. @defaultValue `emitWarning` of `checks` */
  readonly onNote?: (note: string) => void;
}

const NAME = /^\w[\w.-]*(\/\w[\w.-]*)*$/;
const texts = () => z.record(z.string(), z.string(), { error: 'an object of texts' });

const schema = z.object({
  name: z
    .string({ error: 'a name such as "mine/digits"' })
    .max(100, { error: 'a name of at most 100 characters' })
    .regex(NAME, { error: 'a name of letters, digits, ".", "-" and "_", in parts with "/" between them,' })
    .refine((name) => !name.startsWith('sweep/'), { error: 'a name that does not begin like those of sweeps' }),
  config: z
    .custom<Readonly<Record<string, JsonValue>>>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      {
        error: 'an object of settings',
      },
    )
    .default({})
    .superRefine((config, context) => {
      const place = notJson(config, []);
      if (place !== undefined)
        context.addIssue({
          code: 'custom',
          path: place,
          message: 'a finite number, a text, true or false, null, or a list or object of such',
        });
    }),
  directory: text().min(1, { error: 'a folder' }).optional(),
  seed: integer({ min: 0 }).default(0),
  metrics: z
    .record(
      z.string(),
      z.strictObject({
        description: text(),
        unit: text().optional(),
        x: text().optional(),
        by: z.array(z.string(), { error: 'a list of columns' }).readonly().optional(),
      }),
      { error: 'an object of columns, each with a description' },
    )
    .superRefine((metrics, context) => {
      const [problem] = metricProblems(metrics);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: `something else (${problem})` });
    })
    .optional(),
  title: text().optional(),
  description: text().default(''),
  settings: texts().default({}),
  summary: texts().default({}),
  resume: flag().default(false),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
  command: text().optional(),
  versions: texts().default({}),
  onNote: z.custom<(note: string) => void>((value) => typeof value === 'function', { error: 'a function' }).optional(),
});

/** Options with their defaults. */
export type CheckedRunOptions = z.output<typeof schema>;

/** @throws {InputError} in one line, for the first option that is unknown or can't be */
export const checkRunOptions = (options: CreateRunOptions): CheckedRunOptions =>
  checkSettings('experiment: createRun', schema, options);

/** Where a value holds what JSON has no word for; undefined where it doesn't. */
function notJson(value: unknown, place: (string | number)[]): (string | number)[] | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : place;
  if (typeof value !== 'object' || place.length > MOST_DEEP) return place;
  const prototype = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return place;
  const parts: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [key, part] of parts) {
    const found = notJson(part, [...place, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An object that holds itself has no end. */
const MOST_DEEP = 100;
