/** A point of the square [−1, 1]², in hundredths so that an address can hold it, with the value that is asked for there. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly label: 1 | -1;
}

export const MOST_POINTS = 100;

/** The nearest point that an address can hold. */
export const pointAt = (x: number, y: number, label: 1 | -1): Point => ({ x: hundredths(x), y: hundredths(y), label });

// A zero has no sign in an address.
const hundredths = (value: number): number => Math.round(100 * Math.min(1, Math.max(-1, value))) / 100 || 0;

/** `-35.20.1_12.-9.0`: hundredths, and 1 or 0 for the label. Addresses keep these characters as they are. */
export const encodePoints = (points: readonly Point[]): string =>
  points.map(({ x, y, label }) => `${Math.round(100 * x)}.${Math.round(100 * y)}.${Number(label === 1)}`).join('_');

/** What isn't a point is left out. */
export function decodePoints(text: string): Point[] {
  const found = text.split('_').flatMap((part): Point[] => {
    const [, x, y, label] = /^(-?\d{1,3})\.(-?\d{1,3})\.([01])$/.exec(part) ?? [];
    return x === undefined ? [] : [pointAt(Number(x) / 100, Number(y) / 100, label === '1' ? 1 : -1)];
  });
  return found.slice(0, MOST_POINTS);
}
