import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { codesOf, place, wholeGrid } from '../../test/codes.ts';
import type { Codes } from './codes.ts';
import { mutualInformation } from './mutual-information.ts';

test('a latent that is a factor, hardly blurred, tells all of it and nothing of the others', () => {
  const sizes = [3, 6, 40];
  const { rows, factors } = wholeGrid(sizes);
  const means = rows.map((row) => row.map((value, k) => place(value, sizes[k]!, 3)));
  const { information, entropies, latents } = mutualInformation(codesOf(means, 0.001), factors);
  expect(latents).toBe(3);
  for (const [k, size] of sizes.entries()) {
    expect(entropies[k]).toBeCloseTo(Math.log(size), 9);
    for (let j = 0; j < 3; j++) expect(information[j * 3 + k]).toBeCloseTo(j === k ? Math.log(size) : 0, 4);
  }
});

/** h(z) − h(z|v) of z = ±1 + N(0, 1), by the trapezoid rule. */
function binaryChannel(): number {
  const normal = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  let differential = 0;
  for (let z = -12; z < 12; z += 0.001) {
    const density = (normal(z - 1) + normal(z + 1)) / 2;
    differential -= 0.001 * density * Math.log(density);
  }
  return differential - Math.log(2 * Math.PI * Math.E) / 2;
}

test('a factor of two values told through as much noise as signal has the information of the binary Gaussian channel', () => {
  const factors = { values: [0, 1], sizes: [2] };
  const { information } = mutualInformation(codesOf([[-1], [1]], 1), factors, { range: 6, count: 300 });
  expect(information[0]).toBeCloseTo(binaryChannel(), 3);
});

test('a latent that the encoder has switched off tells nothing, though its mean moves a little with the factor', () => {
  const { rows, factors } = wholeGrid([6]);
  const means = rows.map(([value]) => [place(value!, 6, 0.01)]);
  expect(mutualInformation(codesOf(means, 1), factors).information[0]).toBeLessThan(1e-4);
});

test('no latent tells more than the logarithm of its bins', () => {
  const { rows, factors } = wholeGrid([40]);
  const means = rows.map(([value]) => [place(value!, 40, 3)]);
  const { information } = mutualInformation(codesOf(means, 0.001), factors, { count: 8 });
  expect(information[0]).toBeLessThanOrEqual(Math.log(8));
  expect(information[0]).toBeGreaterThan(Math.log(6));
});

test('codes far outside the bins are told apart by their side only', () => {
  const factors = { values: [0, 1, 2, 3], sizes: [4] };
  const { information } = mutualInformation(codesOf([[-900], [-50], [50], [900]], 0.1), factors);
  expect(information[0]).toBeCloseTo(Math.log(2), 6);
});

test('by chance a random code tells about (bins in use − 1)(values − 1) / (2 images)', () => {
  const random = createRandom(5);
  const images = 20_000;
  const values = Array.from({ length: images }, () => random.int(6));
  const means = Array.from({ length: images }, () => [place(random.int(20), 20, 3)]);
  const { information } = mutualInformation(codesOf(means, 0.001), { values, sizes: [6] });
  const chance = (19 * 5) / (2 * images);
  expect(information[0]).toBeGreaterThan(chance / 2);
  expect(information[0]).toBeLessThan(chance * 2);
});

test('what does not fit is refused', () => {
  const codes = codesOf([[0], [1]], 1);
  const good = { values: [0, 1], sizes: [2] };
  expect(() => mutualInformation(codes, { values: [0], sizes: [2] })).toThrow(
    'dynamic-vae: 2 images with 1 factors need 2 factor values, got 1',
  );
  expect(() => mutualInformation(codes, { values: [0, 2], sizes: [2] })).toThrow(
    'dynamic-vae: image 1 has the value 2 of factor 0 (both counted from 0), which takes 0 to 1',
  );
  expect(() => mutualInformation(codes, { values: [], sizes: [] })).toThrow('there are no factors');
  expect(() => mutualInformation(codes, { values: [0, 1], sizes: [Number.NaN] })).toThrow('a factor takes NaN values');
  expect(() => mutualInformation(codes, good, { count: 1 })).toThrow(
    "dynamic-vae: mutualInformation's count is 1; an integer of at least 2",
  );
  expect(() => mutualInformation(codes, good, { range: 0 })).toThrow('range is 0; a finite number above 0 is needed');
  expect(() => mutualInformation({ mean: codes.mean } as Codes, good)).toThrow(
    "dynamic-vae: the codes' logVariance is undefined; a matrix { data, rows, cols } is needed, as encode gives it",
  );
});
