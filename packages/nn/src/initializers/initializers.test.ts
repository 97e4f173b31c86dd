import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import {
  filled,
  gaussian,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  ntk,
  zeros,
} from '../index.ts';

const fans = { fanIn: 50, fanOut: 150 };
const COUNT = 100_000;

const draw = (initializer: Initializer): Float32Array => {
  const out = new Float32Array(COUNT).fill(7);
  initializer.fill(out, createRandom(3), fans);
  return out;
};

const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test.each([
  { name: 'heNormal', initializer: heNormal, variance: 2 / 50 },
  { name: 'heUniform', initializer: heUniform, variance: 2 / 50 },
  { name: 'glorotNormal', initializer: glorotNormal, variance: 2 / 200 },
  { name: 'glorotUniform', initializer: glorotUniform, variance: 2 / 200 },
  { name: 'ntk', initializer: ntk, variance: 1 },
  { name: 'gaussian(0.3)', initializer: gaussian(0.3), variance: 0.09 },
])('$name has mean 0 and variance $variance', ({ initializer, variance }) => {
  const values = draw(initializer);
  // The sample variance of a normal distribution has relative standard deviation √(2/n), 0.0045 here.
  expect(Math.abs(meanOf(values))).toBeLessThan(5 * Math.sqrt(variance / COUNT));
  expect(Math.abs(meanOf(values.map((value) => value * value)) / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / COUNT));
});

test('the uniform initializers stay inside their interval and fill it', () => {
  const a = Math.sqrt(6 / 50);
  const values = draw(heUniform);
  expect(values.every((value) => Math.abs(value) <= a * (1 + 1e-6))).toBe(true);
  expect(values.reduce((top, value) => Math.max(top, value), 0)).toBeGreaterThan(0.999 * a);
});

test('zeros and filled write every entry', () => {
  expect(draw(zeros).every((value) => value === 0)).toBe(true);
  expect(draw(filled(0.5)).every((value) => value === 0.5)).toBe(true);
});

test('values that are not finite are refused', () => {
  expect(() => filled(Number.NaN)).toThrow("nn: filled's value is NaN; a finite number is needed");
  expect(() => gaussian(-1)).toThrow("nn: gaussian's std is -1; a finite number of at least 0 is needed");
});

test('ntk asks layers for the factor 1/√fanIn', () => {
  expect(ntk.factor!(fans)).toBe(1 / Math.sqrt(50));
});
