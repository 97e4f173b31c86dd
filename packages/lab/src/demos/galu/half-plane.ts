import type { Place } from '../frame/drawing-area.ts';

/** a x + b y + c ≥ 0. */
export type HalfPlane = readonly [a: number, b: number, c: number];

const CORNERS: readonly Place[] = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
];

/** What of the square [−1, 1]² lies in a half-plane: corners in order around it, none where nothing does. */
export function insideSquare(plane: HalfPlane): Place[] {
  return CORNERS.flatMap((corner, i) => {
    const kept = heightOf(plane, corner) >= 0 ? [corner] : [];
    return [...kept, ...crossing(plane, i)];
  });
}

/** The part of the line a x + b y + c = 0 that lies in the square; undefined where it passes by. */
export function edgeInSquare(plane: HalfPlane): readonly [Place, Place] | undefined {
  const [one, other] = CORNERS.flatMap((_, i) => crossing(plane, i));
  return one && other && [one, other];
}

const heightOf = ([a, b, c]: HalfPlane, [x, y]: Place): number => a * x + b * y + c;

/** Where the line crosses the side of the square behind a corner; nowhere, or at one place. */
function crossing(plane: HalfPlane, corner: number): Place[] {
  const [from, to] = [CORNERS[corner]!, CORNERS[(corner + 1) % CORNERS.length]!];
  const [start, end] = [heightOf(plane, from), heightOf(plane, to)];
  if (start >= 0 === end >= 0) return [];
  const share = start / (start - end);
  return [[from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]];
}
