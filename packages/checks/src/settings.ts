import type * as z from 'zod';
import { InputError } from './input-error.ts';
import { nearestFirst } from './nearest.ts';
import { showValue } from './show-value.ts';

/** What takes settings, as a schema: an object whose entries are made by `finite`, `integer`, `oneOf` and their like. */
export type SettingsSchema = z.ZodObject;

/**
 * Checks an object of settings. Entries that are `undefined` count as left out.
 *
 * @param who the package and what takes the settings: `'nn: fit'`
 * @returns the settings, with the schema's defaults; arrays and functions in them are those given
 * @throws {InputError} `setting`, in one line: the first entry that is unknown (with the nearest name), missing, of the wrong type or out of range
 */
export function checkSettings<S extends SettingsSchema>(who: string, schema: S, settings: unknown): z.output<S> {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    throw new InputError('setting', `${who} takes an object of settings; it was given ${showValue(settings)}`);
  }
  const stated = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const unknown = Object.keys(stated).find((key) => !Object.hasOwn(schema.shape, key));
  if (unknown !== undefined) {
    const nearest = nearestFirst(unknown, Object.keys(schema.shape)).slice(0, 3);
    const advice = nearest.length > 0 ? `the nearest are ${nearest.join(', ')}` : 'it has none';
    throw new InputError('setting', `${who} has no setting "${unknown}"; ${advice}`);
  }
  const parsed = schema.safeParse(stated);
  if (parsed.success) return parsed.data;
  throw new InputError('setting', describeIssue(who, stated, parsed.error.issues[0]!));
}

function describeIssue(who: string, settings: unknown, issue: z.core.$ZodIssue): string {
  const { path } = issue;
  const name = path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`))
    .join('');
  const value = path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    settings,
  );
  if (value === undefined && issue.code !== 'unrecognized_keys')
    return `${who}: ${name} is missing; give ${issue.message}`;
  if (issue.code === 'unrecognized_keys') {
    return `${who}'s ${name || 'settings'} has no entry "${issue.keys[0]}"; leave it out or correct its name`;
  }
  return `${who}'s ${name} is ${showValue(value)}; ${issue.message} is needed`;
}
