import { describe, expect, it } from 'vitest';
import {
  chiSquareDeviation,
  correlation,
  kolmogorovSmirnov,
  moment,
  normalDistribution,
} from '../../test/statistics.ts';
import { createRandom } from './create-random.ts';

const N = 200_000;

/** Estimates from n numbers scatter by about 1/√n; five of that is passed once in two million. */
const FIVE_SIGMA = 5 / Math.sqrt(N);

const random = createRandom(2024);
const uniform = random.split('uniform').uniform(new Float32Array(N));
const normal = random.split('normal').normal(new Float32Array(N));

describe('uniform numbers', () => {
  it('follow the uniform distribution', () => {
    expect(kolmogorovSmirnov(uniform, (x) => x)).toBeLessThan(1.95);
  });

  it('have its moments', () => {
    for (const power of [1, 2, 3, 4])
      expect(Math.abs(moment(uniform, power) - 1 / (power + 1))).toBeLessThan(FIVE_SIGMA / 2);
  });
});

describe('normal numbers', () => {
  it('follow the normal distribution', () => {
    expect(kolmogorovSmirnov(normal, normalDistribution)).toBeLessThan(1.95);
  });

  it('have its moments', () => {
    const moments = [0, 1, 0, 3, 0, 15];
    const variances = [1, 2, 15, 96, 945, 10_170];
    for (const [i, expected] of moments.entries()) {
      expect(Math.abs(moment(normal, i + 1) - expected)).toBeLessThan(FIVE_SIGMA * Math.sqrt(variances[i]!));
    }
  });

  it('reach into the tails as often as they should', () => {
    const beyond = normal.filter((x) => Math.abs(x) > 3.5).length;
    const expected = 2 * N * normalDistribution(-3.5);
    expect(Math.abs(beyond - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });
});

describe('bits', () => {
  it('are one half of the time, each of the 32', () => {
    const words = random.split('bits').bits(new Uint32Array(N));
    for (let bit = 0; bit < 32; bit++) {
      const ones = words.reduce((total, word) => total + ((word >>> bit) & 1), 0);
      expect(Math.abs(ones / N - 0.5)).toBeLessThan(FIVE_SIGMA / 2);
    }
  });
});

describe('signs', () => {
  it('are +1 and -1 equally often, and nothing else', () => {
    const signs = random.split('signs').sign(new Float32Array(N));
    expect(new Set(signs)).toEqual(new Set([1, -1]));
    expect(Math.abs(moment(signs, 1))).toBeLessThan(FIVE_SIGMA);
  });
});

describe('next and int', () => {
  it('are uniform', () => {
    const one = random.split('next');
    const sample = Float32Array.from({ length: 50_000 }, one.next);
    expect(kolmogorovSmirnov(sample, (x) => x)).toBeLessThan(1.95);
    const counts = new Array<number>(100).fill(0);
    for (let i = 0; i < 100_000; i++) counts[one.int(100)]!++;
    expect(Math.abs(chiSquareDeviation(counts))).toBeLessThan(4);
  });
});

describe('independence', () => {
  it.each([1, 2, 4, 8, 12, 16])('holds between numbers %d apart, and between their squares', (lag) => {
    for (const x of [uniform, normal]) {
      expect(Math.abs(correlation(x.subarray(lag), x.subarray(0, N - lag)))).toBeLessThan(FIVE_SIGMA);
      const squares = x.map((value) => value * value);
      expect(Math.abs(correlation(squares.subarray(lag), squares.subarray(0, N - lag)))).toBeLessThan(FIVE_SIGMA);
    }
  });

  it('holds between a stream, its splits, their splits and neighbouring seeds', () => {
    const streams = [
      random,
      random.split(0),
      random.split(1),
      random.split('a'),
      random.split(0).split(0),
      createRandom(2025),
    ];
    const samples = streams.map((stream) => stream.normal(new Float32Array(N)));
    for (const [i, x] of samples.entries()) {
      for (const y of samples.slice(i + 1)) expect(Math.abs(correlation(x, y))).toBeLessThan(FIVE_SIGMA);
    }
  });

  it('holds between the distributions at the same positions', () => {
    const normals = createRandom(9).normal(new Float32Array(N));
    const uniforms = createRandom(9).uniform(new Float32Array(N));
    const signs = createRandom(9).sign(new Float32Array(N));
    expect(Math.abs(correlation(normals, uniforms))).toBeLessThan(FIVE_SIGMA);
    expect(Math.abs(correlation(normals, signs))).toBeLessThan(FIVE_SIGMA);
    expect(Math.abs(correlation(uniforms, signs))).toBeLessThan(FIVE_SIGMA);
  });
});
