import { PIXELS, SIDE } from './tasks.ts';

/** Strokes of a pen, each a list of places in [0, 1]², the origin at the top left. */
export type Strokes = readonly (readonly (readonly [x: number, y: number])[])[];

/** The fine grid of the data set: blocks of BLOCK × BLOCK of its pixels make a pixel. */
const FINE = 32;
const BLOCK = FINE / SIDE;
/** Half the width of a pen in the data set, in fine pixels. */
const PEN = 1.7;

/**
 * A drawing as an image of the data set: fitted into 32 × 32 pixels by its height (or width, where it is wider), and each of 8 × 8 pixels the share of
 * its 16 fine pixels that are inked.
 */
export function imageOf(strokes: Strokes): number[] {
  const places = strokes.flat();
  if (places.length === 0) return Array.from({ length: PIXELS }, () => 0);
  const ends = ([0, 1] as const).map((axis) => {
    const values = places.map((place) => place[axis]);
    return [Math.min(...values), Math.max(...values)] as const;
  });
  const [[left, right], [top, bottom]] = ends as unknown as readonly [
    readonly [number, number],
    readonly [number, number],
  ];
  const extent = Math.max(right - left, bottom - top, 0.02);
  const scale = (FINE - 2 * PEN) / extent;
  const fitted = strokes.map((stroke) =>
    stroke.map(
      ([x, y]) => [FINE / 2 + (x - (left + right) / 2) * scale, FINE / 2 + (y - (top + bottom) / 2) * scale] as const,
    ),
  );
  const image = Array.from({ length: PIXELS }, () => 0);
  for (let row = 0; row < FINE; row++)
    for (let column = 0; column < FINE; column++)
      if (fitted.some((stroke) => isInked(stroke, column + 0.5, row + 0.5)))
        image[Math.floor(row / BLOCK) * SIDE + Math.floor(column / BLOCK)]! += 1 / BLOCK ** 2;
  return image;
}

const isInked = (stroke: Strokes[number], x: number, y: number): boolean =>
  stroke.some((to, i) => distance(stroke[Math.max(0, i - 1)]!, to, x, y) <= PEN);

/** From a place to a segment. */
function distance([x1, y1]: Strokes[number][number], [x2, y2]: Strokes[number][number], x: number, y: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / square));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
