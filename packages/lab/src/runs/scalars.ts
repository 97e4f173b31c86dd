import type { Scalar } from '../api.ts';

/** Longer texts of settings are cut: a list of runs is no place for a data set. */
const MOST_CHARACTERS = 2000;

/** A value as a cell of a table has it: lists and objects as JSON, NaN and the infinities as words. */
export function scalarOf(value: unknown): Scalar {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean') return value;
  return cut(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'));
}

const cut = (text: string): string => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text);

/** The same for all members of an object. */
export const scalarsOf = (values: Readonly<Record<string, unknown>>): Record<string, Scalar> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, scalarOf(value)]));
