import { expect, test } from 'vitest';
import { curveOf } from './learning-curve.ts';

const update = (timesteps: number, seconds: number, meanReturn?: number) => ({
  ...{ update: 1, timesteps, seconds, episodes: 0 },
  ...{ meanReturn, meanLength: undefined },
});

test('a curve has a point for each fiftieth of the timesteps, and goes on from its state', () => {
  const [curve, resumed] = [curveOf(1000), curveOf(1000)];
  for (let done = 10; done <= 500; done += 10) curve.add(update(done, done / 100, done));
  expect(curve.points().timesteps).toEqual(Array.from({ length: 25 }, (_, i) => 20 * (i + 1)));
  expect([curve.seconds, curve.stepsInSeconds]).toEqual([4.9, 490]);
  resumed.restore(curve.state());
  expect(resumed.points()).toEqual(curve.points());
  expect(resumed.add(update(510, 0.1, 3))).toBe(false);
  expect(resumed.add(update(530, 0.2))).toBe(true);
  expect(resumed.points().curve.at(-1)).toBeNaN();
  expect([resumed.seconds, resumed.stepsInSeconds]).toEqual([0.1, 20]);
});
