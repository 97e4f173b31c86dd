import { createRandom } from '@unbraid/kernels';
import { type Point, pointAt } from './points.ts';
import type { Example } from './tasks.ts';

/** Points of an example, the same for the same seed. */
export function examplePoints({ example, count, seed }: Example): Point[] {
  const random = createRandom(seed).split('points');
  const draw = () => 2 * random.next() - 1;
  return Array.from({ length: count }, (_, i): Point => {
    const label = i % 2 === 0 ? 1 : -1;
    if (example === 'random') return pointAt(draw(), draw(), random.next() < 0.5 ? 1 : -1);
    if (example === 'xor') {
      const side = i % 4 < 2 ? 1 : -1;
      return pointAt(side * 0.5 + 0.4 * draw(), side * label * 0.5 + 0.4 * draw(), label);
    }
    const turn = (Math.floor(i / 2) + 0.5) / (count / 2);
    const angle = (1.1 * turn + (label === 1 ? 0 : 0.5)) * 2 * Math.PI;
    return pointAt(0.95 * turn * Math.cos(angle), 0.95 * turn * Math.sin(angle), label);
  });
}
