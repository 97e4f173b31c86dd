/** A place in the plane. */
export type Place = readonly [x: number, y: number];

/** a x + b y + c ≥ 0. */
export type HalfPlane = readonly [a: number, b: number, c: number];

const CORNERS: readonly Place[] = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
];

/** What of the square [−1, 1]² lies in a half-plane: corners in order around it, none where nothing does. */
export function insideSquare([a, b, c]: HalfPlane): Place[] {
  const height = ([x, y]: Place) => a * x + b * y + c;
  return CORNERS.flatMap((from, i) => {
    const to = CORNERS[(i + 1) % 4]!;
    const [start, end] = [height(from), height(to)];
    const kept = start >= 0 ? [from] : [];
    if (start >= 0 === end >= 0) return kept;
    const share = start / (start - end);
    return [...kept, [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]];
  });
}

/** The part of the line a x + b y + c = 0 that lies in the square; undefined where it passes by. */
export function edgeInSquare([a, b, c]: HalfPlane): readonly [Place, Place] | undefined {
  const ends = CORNERS.flatMap((from, i): Place[] => {
    const to = CORNERS[(i + 1) % 4]!;
    const [start, end] = [a * from[0] + b * from[1] + c, a * to[0] + b * to[1] + c];
    if (start >= 0 === end >= 0) return [];
    const share = start / (start - end);
    return [[from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]];
  });
  return ends.length === 2 ? [ends[0]!, ends[1]!] : undefined;
}
