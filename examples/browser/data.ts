import { createRandom } from '@unbraid/kernels';

export const CLASSES = ['first', 'second', 'third'] as const;

/** Points of the plane in the arms of a spiral, and the arm of each. Put your own rows and labels in their place. */
export function drawPoints(rows: number, seed: number): { readonly x: number[][]; readonly y: Int32Array } {
  const random = createRandom(seed);
  const y = Int32Array.from({ length: rows }, () => random.int(CLASSES.length));
  const x = Array.from(y, (arm) => {
    const distance = random.next();
    const angle = 5 * distance + (2 * Math.PI * arm) / CLASSES.length + 0.5 * (random.next() - 0.5);
    return [distance * Math.cos(angle), distance * Math.sin(angle)];
  });
  return { x, y };
}
