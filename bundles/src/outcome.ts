/** What came of a program. */
export interface Outcome {
  /** The arguments of each call of `console.log`; arrays of numbers are lists. */
  readonly printed: readonly (readonly unknown[])[];
  /** The error that ended it. */
  readonly failure?: string;
  readonly milliseconds: number;
}

/** Of numbers between Node and a browser, relative to the larger of 1 and the number. */
const TOLERANCE = 1e-5;

/** Where two values differ: numbers by more than the tolerance, all else at all. */
export function differences(actual: unknown, expected: unknown, at = 'printed'): string[] {
  if (typeof actual === 'number' && typeof expected === 'number')
    return Math.abs(actual - expected) <= TOLERANCE * Math.max(1, Math.abs(expected))
      ? []
      : [`${at} is ${actual}, in Node ${expected}`];
  if (!isComposite(actual) || !isComposite(expected))
    return actual === expected ? [] : [`${at} is ${JSON.stringify(actual)}, in Node ${JSON.stringify(expected)}`];
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...keys].flatMap((key) => differences(actual[key], expected[key], `${at}.${key}`));
}

const isComposite = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
