import type { Trace } from '@unbraid/dynamic-vae';
import { expect, it } from 'vitest';
import { curvePoints } from './curves.ts';

it('thinning a curve keeps the largest deviations from the set point', () => {
  const kl = Float32Array.from({ length: 4000 }, (_, i) => (i === 1234 ? 50 : 5));
  const trace: Trace = {
    step: Int32Array.from(kl, (_, i) => i + 1),
    beta: kl.map(() => 2),
    setPoint: kl.map(() => 5),
    kl,
    reconstruction: kl.map(() => 10),
  };
  const points = curvePoints('x', trace, 1);
  expect(points.length).toBe(400);
  expect(Math.max(...points.map((point) => point.kl))).toBe(50);
  expect(points.at(-1)!.step).toBe(4000);
});
