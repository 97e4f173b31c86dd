import { createRandom } from '@unbraid/kernels';

export const CLASSES = ['left', 'right', 'centre'] as const;

/** A place in the plane, both coordinates from -1 to 1, the second upwards, and the class that it belongs to. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

/** Points of the disc: those of the centre, and around them those of both sides. */
export function firstPoints(): Point[] {
  const random = createRandom(1);
  return Array.from({ length: 150 }, () => {
    const [radius, angle] = [0.95 * Math.sqrt(random.next()), 2 * Math.PI * random.next()];
    const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    return { x, y, label: radius < 0.4 ? 2 : x < 0.3 * Math.sin(4 * y) ? 0 : 1 };
  });
}
