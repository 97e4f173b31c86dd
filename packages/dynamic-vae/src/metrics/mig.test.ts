import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { codesOf, place, turned, wholeGrid } from '../../test/codes.ts';
import { informationGap } from './mig.ts';
import { mutualInformation } from './mutual-information.ts';

test('a perfect code, in any order and with idle latents, has a gap of 1', () => {
  const sizes = [3, 6, 32];
  const { rows, factors } = wholeGrid(sizes);
  const means = rows.map(([a, b, c]) => [0, place(c!, 32, 3), place(a!, 3, 3), -place(b!, 6, 3)]);
  const { mig, factors: gaps } = informationGap(mutualInformation(codesOf(means, 0.001), factors));
  expect(mig).toBeCloseTo(1, 4);
  expect(gaps.map(({ best }) => best)).toEqual([2, 3, 1]);
});

test('a random code has none', () => {
  const random = createRandom(2);
  const { rows, factors } = wholeGrid([3, 6, 10, 50]);
  const means = rows.map(() => Array.from(random.normal(new Float64Array(5))));
  const { mig, factors: gaps } = informationGap(mutualInformation(codesOf(means, 0.1), factors));
  expect(mig).toBeLessThan(0.01);
  for (const { rmig } of gaps) expect(rmig).toBeGreaterThanOrEqual(0);
});

test('the gap of two factors falls to nothing as their code is turned by an eighth', () => {
  const { rows, factors } = wholeGrid([32, 32]);
  const migAt = (angle: number) => {
    const means = rows.map(([a, b]) => turned([place(a!, 32, 2), place(b!, 32, 2)], angle));
    return informationGap(mutualInformation(codesOf(means, 0.1), factors)).mig;
  };
  const migs = [0, Math.PI / 16, Math.PI / 8, Math.PI / 4].map(migAt);
  expect(migs).toEqual(migs.toSorted((a, b) => b - a));
  expect(migs[0]).toBeGreaterThan(0.6);
  expect(migs[3]).toBeLessThan(0.01);
});

test('a factor that two latents tell alike has no gap, one that a single latent tells in part has that part', () => {
  const { rows, factors } = wholeGrid([4, 4]);
  // Both of the first two latents are the first factor; the third says only which half the second is in.
  const means = rows.map(([a, b]) => [place(a!, 4, 3), -place(a!, 4, 3), b! < 2 ? -1 : 1]);
  const { mig, factors: gaps } = informationGap(mutualInformation(codesOf(means, 0.001), factors));
  expect(gaps[0]!.rmig).toBeCloseTo(0, 4);
  expect(gaps[1]).toMatchObject({ best: 2 });
  expect(gaps[1]!.rmig).toBeCloseTo(0.5, 4);
  expect(mig).toBeCloseTo(0.25, 4);
});

test('with a single latent the gap is all that it tells', () => {
  const { rows, factors } = wholeGrid([4]);
  const { factors: gaps } = informationGap(
    mutualInformation(
      codesOf(
        rows.map(([a]) => [place(a!, 4, 3)]),
        0.001,
      ),
      factors,
    ),
  );
  expect(gaps[0]).toMatchObject({ best: 0, second: undefined });
  expect(gaps[0]!.rmig).toBeCloseTo(1, 4);
});

test('a factor that never varies is refused', () => {
  const information = mutualInformation(codesOf([[0], [1]], 1), { values: [0, 2, 1, 2], sizes: [2, 3] });
  expect(() => informationGap(information)).toThrow(
    'dynamic-vae: factor 1 has one value in all images, so it has no gap; leave it out',
  );
});
