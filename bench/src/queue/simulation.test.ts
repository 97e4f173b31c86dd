import { describe, expect, it } from 'vitest';
import { type Load, simulate } from './simulation.ts';

/** Numbers in [0, 1) of a generator of Lehmer's, so that the test is the same each time. */
function lehmer(state = 1): () => number {
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const load = (changes: Partial<Load>): Load => ({
  workers: 1,
  units: 20_000,
  seconds: 1,
  touch: Number.POSITIVE_INFINITY,
  servers: 1,
  requests: { take: () => 0.01, complete: () => 0.02, touch: () => 0.01 },
  random: lehmer(),
  ...changes,
});

describe('a simulation', () => {
  it('of one worker has no waiting but the requests themselves', () => {
    const { unitsPerSecond, waitMedian, wait99, busy, working } = simulate(load({}));
    expect(unitsPerSecond).toBeCloseTo(1 / 1.03, 2);
    expect(waitMedian).toBeCloseTo(0.03, 6);
    expect(wait99).toBeCloseTo(0.03, 6);
    expect(busy).toBeCloseTo(0.03 / 1.03, 3);
    expect(working).toBeCloseTo(1 / 1.03, 2);
  });

  it('has as many units a second as the database serves where there are workers enough, and they wait by the law of Little', () => {
    const { unitsPerSecond, waitMedian, busy } = simulate(load({ workers: 300, servers: 2 }));
    expect(unitsPerSecond).toBeCloseTo(2 / 0.03, 0);
    expect(busy).toBeCloseTo(1, 2);
    expect(waitMedian).toBeCloseTo(300 / (2 / 0.03) - 1, 0);
  });

  it('of many workers and one server agrees with what mean value analysis says of such a network', () => {
    // Exponential requests make it one of product form: Reiser and Lavenberg 1980. One station of a unit's two requests, visited twice.
    const random = lehmer(7);
    const exponential = () => -Math.log(1 - random()) * 0.01;
    const requests = { take: exponential, complete: exponential, touch: exponential };
    for (const workers of [10, 50, 60]) {
      let queue = 0;
      let rate = 0;
      for (let n = 1; n <= workers; n++) {
        const response = 2 * 0.01 * (1 + queue);
        rate = n / (1 + response);
        queue = rate * response;
      }
      const { unitsPerSecond, busy } = simulate(load({ workers, units: 100_000, requests, random }));
      expect(unitsPerSecond / rate).toBeCloseTo(1, 1);
      expect(Math.abs(unitsPerSecond / rate - 1)).toBeLessThan(0.02);
      expect(busy).toBeCloseTo(rate * 0.02, 1);
    }
  });

  it('counts the signs of life of long units among what the database does', () => {
    const { busy } = simulate(load({ seconds: 100, touch: 5, units: 2000 }));
    // 19.5 of them in a unit on average, of 0.01 s each.
    expect(busy).toBeCloseTo((0.03 + 19.5 * 0.01) / 100.03, 3);
  });
});
