import { wrong } from './failure.ts';

/** A number of the query. @throws HTTPException 400 where it is none, or out of range */
export function numberIn(
  name: string,
  text: string | undefined,
  { min = -Infinity, max = Infinity, whole = false } = {},
): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isSafeInteger(value))) return value;
  throw wrong(
    `${name} is ${JSON.stringify(text.slice(0, 50))}; ${whole ? 'a whole number' : 'a number'}${Number.isFinite(min) ? ` from ${min}` : ''}${Number.isFinite(max) ? ` to ${max}` : ''} is needed`,
  );
}
