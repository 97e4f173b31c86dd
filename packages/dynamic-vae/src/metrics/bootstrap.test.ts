import { InputError } from '@unbraid/checks';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { codesOf } from '../../test/codes.ts';
import { bootstrapIntervals } from './bootstrap.ts';
import type { Codes, Factors } from './codes.ts';
import { histogramInformation } from './histogram-information.ts';
import { splitRows } from './split-rows.ts';

const factorsOf = (values: readonly number[]): Factors => ({ values, sizes: [Math.max(...values) + 1] });
const meanOf = ({ mean }: Codes) => ({ mean: mean.data.reduce((sum, value) => sum + value, 0) / mean.rows });

test('the standard error of a mean is σ / √n, and the interval holds it as often as it says', () => {
  const random = createRandom(1);
  let held = 0;
  for (let trial = 0; trial < 60; trial++) {
    const draws = random.normal(new Float64Array(60), 3, 1);
    const codes = codesOf(
      Array.from(draws, (value) => [value]),
      1,
    );
    const factors = factorsOf(Array.from(draws, (_, i) => i % 2));
    const { mean } = bootstrapIntervals(meanOf, codes, factors, { seed: trial, samples: 60, level: 0.9 });
    if (mean.lower < 3 && 3 < mean.upper) held++;
    if (trial === 0) expect(Math.abs(mean.deviation - 1 / Math.sqrt(60))).toBeLessThan(0.05);
  }
  expect(held).toBeGreaterThan(44);
  expect(held).toBeLessThan(60);
});

test('estimated information grows where images repeat; the interval is not moved by that', () => {
  const random = createRandom(2);
  const values = Array.from({ length: 300 }, () => random.int(6));
  const codes = codesOf(
    values.map(() => [random.normal(new Float64Array(1))[0]!]),
    1,
  );
  const information = (some: Codes, factors: Factors) => ({
    told: histogramInformation(some, factors).information[0]!,
  });
  const { told } = bootstrapIntervals(information, codes, factorsOf(values), { samples: 100 });
  expect(told.lower).toBeLessThan(told.value);
  // Nothing is told: the estimate is chance, which drawing again doubles and the interval takes off.
  expect(told.lower).toBeLessThan(0);
  expect(told.upper).toBeLessThan(told.value);
});

test('copies of an image are never in training and test both', () => {
  const codes = codesOf(
    Array.from({ length: 40 }, (_, i) => [i]),
    1,
  );
  const factors = factorsOf(Array.from({ length: 40 }, (_, i) => i % 2));
  const shared = (some: Codes, drawn: Factors) => {
    const { train, test: tested } = splitRows(drawn, some.mean.rows, 1 / 3, 0);
    const learnt = new Set(Array.from(train, (row) => some.mean.data[row]));
    return { shared: Array.from(tested).filter((row) => learnt.has(some.mean.data[row])).length };
  };
  const { shared: interval } = bootstrapIntervals(shared, codes, factors, { samples: 20 });
  expect(interval).toEqual({ value: 0, lower: 0, upper: 0, deviation: 0, redrawn: 0 });
});

test('groups count by how many there are, not by their numbers', () => {
  const values = Array.from({ length: 300 }, (_, i) => i % 2);
  const groups = values.map((_, i) => 1_700_000_000_000 + 1e6 * (i >> 1));
  const { train, test: tested } = splitRows({ ...factorsOf(values), groups }, 300, 1 / 3, 0);
  expect([train.length, tested.length]).toEqual([200, 100]);
  const learnt = new Set(Array.from(train, (row) => groups[row]));
  expect(Array.from(tested).filter((row) => learnt.has(groups[row]))).toEqual([]);
  expect(splitRows({ ...factorsOf(values), groups: values.map((_, i) => i >> 1) }, 300, 1 / 3, 0).test).toEqual(tested);
});

test('drawn images keep groups whose numbers are large', () => {
  const codes = codesOf([[0], [1], [2]], 1);
  const groups = [4e9, 4e9 + 1, 2 ** 32 + 4e9];
  const kept = (some: Codes, drawn: Factors) => ({
    kept: Number(Array.from(drawn.groups!).every((group, i) => group === groups[some.mean.data[i]!])),
  });
  const { kept: all } = bootstrapIntervals(kept, codes, { ...factorsOf([0, 1, 1]), groups }, { samples: 5 });
  expect([all.value, all.deviation]).toEqual([1, 0]);
});

test('sets without a factor’s rare value are drawn again', () => {
  const codes = codesOf(
    Array.from({ length: 30 }, (_, i) => [i]),
    1,
  );
  const factors = factorsOf(Array.from({ length: 30 }, (_, i) => Number(i === 3)));
  const told = (some: Codes, of: Factors) => ({ told: histogramInformation(some, of).information[0]! });
  const { told: interval } = bootstrapIntervals(told, codes, factors, { samples: 200 });
  // (29/30)³⁰ = 0.362 of sets are without it: 113 a 200 that have it, give or take four standard errors of 13.
  expect(Math.abs(interval.redrawn - 113)).toBeLessThan(54);
  expect(interval.deviation).toBeGreaterThan(0);
});

test('a metric that refuses every set is told, with what it said', () => {
  const codes = codesOf([[1], [2], [3]], 1);
  let calls = 0;
  const once = () => {
    if (calls++ > 0) throw new InputError('data', 'never again');
    return { one: 1 };
  };
  expect(() => bootstrapIntervals(once, codes, factorsOf([0, 1, 1]))).toThrow(
    'refused 100 sets drawn from them in a row, the last with "never again"',
  );
  expect(calls).toBe(101);
});

test('the same seed gives the same intervals, and numbers that are none are refused', () => {
  const codes = codesOf([[1], [2], [3]], 1);
  const factors = factorsOf([0, 1, 1]);
  const intervals = () => bootstrapIntervals(meanOf, codes, factors, { seed: 4, samples: 10 });
  expect(intervals()).toEqual(intervals());
  expect(() => bootstrapIntervals(() => ({ bad: Number.NaN }), codes, factors)).toThrow(
    "dynamic-vae: the metric's bad of all images is NaN; it can have no interval",
  );
  expect(() => bootstrapIntervals(meanOf, codes, factors, { level: 1 })).toThrow('level is 1; a finite number above 0');
});

test('a number that a drawn set lacks is refused, not counted as NaN', () => {
  const codes = codesOf([[0], [1], [2]], 1);
  let calls = 0;
  const lacking = () => (calls++ === 0 ? { here: 1, gone: 2 } : ({ here: 1 } as { here: number; gone: number }));
  expect(() => bootstrapIntervals(lacking, codes, factorsOf([0, 1, 1]), { samples: 3 })).toThrow(
    "dynamic-vae: the metric's gone of drawn set 0 is undefined; it can have no interval",
  );
});
