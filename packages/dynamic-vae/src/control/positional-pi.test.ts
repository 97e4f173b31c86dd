import { expect, test } from 'vitest';
import { type PositionalPISettings, positionalPI } from './positional-pi.ts';

test('beta is that of the equation, worked out by hand', () => {
  const { start, step } = positionalPI({ kp: 1, ki: 0.5, minBeta: 0.1, maxBeta: 10 });
  expect(start).toEqual({ beta: 0.1, integral: 0 });
  // e = −ln 4, σ(e) = 4/5.
  const first = step(start, { kl: Math.log(4), setPoint: 0 });
  expect(first.beta).toBeCloseTo(0.8 + Math.log(2) + 0.1, 12);
  // e = ln 3, σ(e) = 1/4; the sum of the errors is ln 3 − ln 4.
  const second = step(first, { kl: 0, setPoint: Math.log(3) });
  expect(second.beta).toBeCloseTo(0.25 - 0.5 * Math.log(3 / 4) + 0.1, 12);
});

test('the sum rests while beta is at a limit, and leaves it as soon as the error turns', () => {
  const { start, step } = positionalPI({ kp: 0, ki: 1, minBeta: 0, maxBeta: 2 });
  const above = [1, 1, 5, 5].reduce((state, kl) => step(state, { kl, setPoint: 0 }), start);
  expect(above).toEqual({ beta: 2, integral: 2 });
  expect(step(above, { kl: 0, setPoint: 0.5 }).beta).toBeCloseTo(1.5, 12);
  const below = step(start, { kl: 0, setPoint: 7 });
  expect(below).toEqual({ beta: 0, integral: 0 });
  expect(step(below, { kl: 1, setPoint: 0.5 }).beta).toBeCloseTo(0.5, 12);
});

test('beta that the proportional part alone puts out of its limits comes back', () => {
  const { start, step } = positionalPI({ kp: 1, ki: 0.25, maxBeta: 1 });
  const out = step({ ...start, integral: 0.9 }, { kl: 1, setPoint: 0 });
  expect(out.beta).toBe(1);
  const back = step(out, { kl: 0, setPoint: 3 });
  expect(back.integral).toBeCloseTo(0.15, 12);
});

test.each([
  [{ ki: -0.001 }, 'the positional K_i is -0.001; it must be positive (the incremental one is negative)'],
  [{ ki: 0 }, 'the positional K_i is 0; it must be positive'],
  [{ kp: -1 }, 'K_p is -1; it must be 0 or more'],
  [{ minBeta: 2, maxBeta: 1 }, 'beta is kept within [2, 1]; 0 ≤ least < largest is needed'],
  [{ maxBeta: Number.POSITIVE_INFINITY }, 'maxBeta must be a finite number, got Infinity'],
] satisfies [PositionalPISettings, string][])('the settings %o are refused', (settings, message) => {
  expect(() => positionalPI(settings)).toThrow(`dynamic-vae: ${message}`);
});
