import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { profileFacts } from './profile-facts.ts';

const profile = (rows: readonly (readonly number[])[]) => ({
  path: 'weight',
  neurons: rows.length,
  length: rows[0]!.length,
  sorted: Float32Array.from(rows.flatMap((row) => [...row].sort((a, b) => a - b))),
});

/** 64 neurons of 400 weights. */
const drawn = (draw: (out: Float64Array) => ArrayLike<number>) =>
  profile(Array.from({ length: 64 }, () => Array.from(draw(new Float64Array(400)))));

test('fresh weights of He’s uniform start are uniform, normal ones of the same variance are not', () => {
  const random = createRandom(5);
  const bound = Math.sqrt(6 / 400);
  const uniform = profileFacts(drawn((out) => random.uniform(out, -bound, bound)));
  expect(uniform.fromUniform).toBeLessThan(1.63);
  expect(uniform.kurtosis).toBeCloseTo(-1.2, 1);
  expect(uniform.deviation).toBeCloseTo(bound / Math.sqrt(3), 3);
  expect(uniform.likeness).toBeGreaterThan(0.98);
  const normal = profileFacts(drawn((out) => random.normal(out, 0, bound / Math.sqrt(3))));
  expect(normal.fromUniform).toBeGreaterThan(5);
  expect(Math.abs(normal.kurtosis)).toBeLessThan(0.2);
});

test('neurons of different size are less alike, and equal ones are one profile', () => {
  // Mean profile [−2, 2], which misses each weight by 1; the variance is (1 + 1 + 9 + 9) / 4 = 5.
  expect(
    profileFacts(
      profile([
        [-1, 1],
        [3, -3],
      ]),
    ).likeness,
  ).toBeCloseTo(1 - 1 / 5, 6);
  expect(
    profileFacts(
      profile([
        [-1, 1],
        [1, -1],
      ]),
    ).likeness,
  ).toBe(1);
  expect(
    profileFacts(
      profile([
        [2, 2],
        [2, 2],
      ]),
    ),
  ).toMatchObject({ likeness: 1, kurtosis: Number.NaN, deviation: 0 });
});

test('zeros are counted, and left out of the comparison with the start', () => {
  const { zeros, fromUniform } = profileFacts(profile([[0, 0, 0, Math.sqrt(6 / 4)]]));
  expect(zeros).toBe(0.75);
  // One weight at the upper end: all of the uniform distribution lies below it.
  expect(fromUniform).toBeCloseTo(1, 6);
  expect(profileFacts(profile([[0, 0]])).fromUniform).toBeNaN();
});
