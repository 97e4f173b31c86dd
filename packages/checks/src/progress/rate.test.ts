import { expect, it } from 'vitest';
import { createRateMeter } from './rate.ts';

function meterWithClock() {
  let time = 0;
  const meter = createRateMeter(() => time);
  return {
    meter,
    /** `done` after `seconds` more. */
    go(seconds: number, done: number) {
      time += seconds;
      meter.update(done);
    },
  };
}

it('knows no rate before two different counts', () => {
  const { meter, go } = meterWithClock();
  expect(meter.rate()).toBeUndefined();
  go(0, 3);
  go(5, 3);
  expect(meter.rate()).toBeUndefined();
});

it('does not count what was done before it began', () => {
  const { meter, go } = meterWithClock();
  go(0, 1000);
  go(2, 1004);
  expect(meter.rate()).toBe(2);
});

it('follows a change of pace within its window', () => {
  const { meter, go } = meterWithClock();
  for (let i = 1; i <= 100; i++) go(1, i);
  for (let i = 1; i <= 40; i++) go(1, 100 + 10 * i);
  expect(meter.rate()).toBe(10);
});

it('still tells the rate of steps longer than its window', () => {
  const { meter, go } = meterWithClock();
  for (let i = 0; i <= 4; i++) go(100, i);
  expect(meter.rate()).toBeCloseTo(0.01, 12);
});

it('begins anew when the count does', () => {
  const { meter, go } = meterWithClock();
  go(1, 50);
  go(1, 100);
  go(1, 0);
  expect(meter.rate()).toBeUndefined();
  go(1, 2);
  expect(meter.rate()).toBe(2);
});

it('tells the pace of steps that come by the thousand as of the newest, and follows its change', () => {
  const { meter, go } = meterWithClock();
  for (let i = 1; i <= 40_000; i++) go(0.001, i);
  expect(meter.rate()).toBeCloseTo(1000, 6);
  for (let i = 1; i <= 80_000; i++) go(0.0005, 40_000 + i);
  expect(meter.rate()).toBeCloseTo(2000, 6);
  // The newest count, however close to the one before it.
  go(0, 130_000);
  expect(meter.rate()).toBeGreaterThan(2000 + 9000 / 30);
});
