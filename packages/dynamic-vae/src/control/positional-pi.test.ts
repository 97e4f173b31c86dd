import { expect, test } from 'vitest';
import { type PositionalPISettings, positionalPI } from './positional-pi.ts';

test('beta is that of the equation, worked out by hand', () => {
  const { start, step } = positionalPI({ kp: 1, ki: 0.5, minBeta: 0.1, maxBeta: 10 });
  expect(start).toEqual({ beta: 0.1, unclamped: 0.1, integral: 0 });
  // e = −ln 4, σ(e) = 4/5.
  const first = step(start, { kl: Math.log(4), setPoint: 0 });
  expect(first.beta).toBeCloseTo(0.8 + Math.log(2) + 0.1, 12);
  // e = ln 3, σ(e) = 1/4; the sum of the errors is ln 3 − ln 4.
  const second = step(first, { kl: 0, setPoint: Math.log(3) });
  expect(second.beta).toBeCloseTo(0.25 - 0.5 * Math.log(3 / 4) + 0.1, 12);
});

test('above the largest beta the sum rests, and falls as soon as the error turns', () => {
  const { start, step } = positionalPI({ kp: 0, ki: 1, minBeta: 0, maxBeta: 2 });
  const above = [1, 5, 5].reduce((state, kl) => step(state, { kl, setPoint: 0 }), start);
  expect(above).toEqual({ beta: 2, unclamped: 6, integral: 6 });
  expect(step(above, { kl: 0, setPoint: 4.5 }).beta).toBeCloseTo(1.5, 12);
});

test('below the least beta the sum rests whatever the error is, as published', () => {
  const { start, step } = positionalPI({ kp: 0.5, ki: 0.1, minBeta: 1 });
  const below = step(start, { kl: 0, setPoint: 3 });
  expect(below.integral).toBeCloseTo(-0.3, 12);
  expect(below.beta).toBe(1);
  // e = −2: the sum would be −0.1, but rests at −0.3; the proportional part alone takes beta above its least again.
  const next = step(below, { kl: 2, setPoint: 0 });
  expect(next.integral).toBe(below.integral);
  expect(next.beta).toBeCloseTo(1 + 0.5 / (1 + Math.exp(-2)) - 0.3, 12);
  expect(step(next, { kl: 2, setPoint: 0 }).integral).toBeCloseTo(-0.1, 12);
});

test('a single error above K_p / K_i leaves beta at its least for good, as published', () => {
  const { start, step } = positionalPI();
  const lost = step(start, { kl: 0, setPoint: 20 });
  const later = Array.from({ length: 1000 }).reduce<typeof lost>(
    (state) => step(state, { kl: 40, setPoint: 20 }),
    lost,
  );
  expect(later.beta).toBe(1);
});

test.each([
  [{ ki: -0.001 }, 'the positional K_i is -0.001; it must be positive (the incremental one is negative)'],
  [{ ki: 0 }, 'the positional K_i is 0; it must be positive'],
  [{ kp: -1 }, "positionalPI's kp is -1; a finite number of at least 0 is needed"],
  [{ minBeta: 2, maxBeta: 1 }, 'beta is kept within [2, 1]; the largest must be above the least'],
  [
    { maxBeta: Number.POSITIVE_INFINITY },
    "positionalPI's maxBeta is Infinity; a finite number of at least 0 is needed",
  ],
  [{ minbeta: 1 } as PositionalPISettings, 'positionalPI has no setting "minbeta"; the nearest are minBeta'],
] satisfies [PositionalPISettings, string][])('the settings %o are refused', (settings, message) => {
  expect(() => positionalPI(settings)).toThrow(`dynamic-vae: ${message}`);
});
