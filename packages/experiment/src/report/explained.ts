import type { Summary } from '../values.ts';

/** Results with what each means, in the order of the meanings; those without one come last. */
export function explained(
  summary: Summary,
  meanings: Readonly<Record<string, string>>,
): (readonly [key: string, value: Summary[string], meaning: string])[] {
  const known = Object.keys(meanings).filter((key) => Object.hasOwn(summary, key));
  const others = Object.keys(summary).filter((key) => !Object.hasOwn(meanings, key));
  return [...known, ...others].map((key) => [key, summary[key]!, Object.hasOwn(meanings, key) ? meanings[key]! : '']);
}
