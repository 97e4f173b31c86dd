import { expect, test } from 'vitest';
import { type IncrementalPISettings, incrementalPI } from './incremental-pi.ts';

test('the updates are those of the equations, worked out by hand', () => {
  const { start, step } = incrementalPI({ kp: 1, ki: -0.5, initialBeta: 2, minBeta: 0.1 });
  expect(start).toEqual({ beta: 2, unclamped: 2, error: 0 });
  // e = ln 3, so σ(e) = 1/4: dP = 1/4 − 1/2, dI = −ln 3 / 2.
  const first = step(start, { kl: 1, setPoint: 1 + Math.log(3) });
  expect(first.unclamped).toBeCloseTo(2 - 0.25 - Math.log(3) / 2, 12);
  expect(first.beta).toBe(first.unclamped);
  // e = −ln 4, so σ(e) = 4/5: dP = 4/5 − 1/4, dI = ln 4 / 2.
  const second = step(first, { kl: 1 + Math.log(4), setPoint: 1 });
  expect(second.unclamped).toBeCloseTo(first.unclamped + 0.55 + Math.log(2), 12);
  expect(second.error).toBeCloseTo(-Math.log(4), 12);
});

test('below the least beta the integral part rests and the proportional part goes on, unclamped', () => {
  const { start, step } = incrementalPI({ kp: 1, ki: -0.5, initialBeta: 0.2, minBeta: 0.1 });
  const below = step(start, { kl: 0, setPoint: 2 });
  expect(below.unclamped).toBeCloseTo(0.2 + 1 / (1 + Math.exp(2)) - 0.5 - 1, 12);
  expect(below.beta).toBe(0.1);
  // e falls from 2 to −1: only dP = σ(−1) − σ(2) counts, though the integral part would be +0.5.
  const next = step(below, { kl: 1, setPoint: 0 });
  expect(next.unclamped).toBeCloseTo(below.unclamped + 1 / (1 + Math.exp(-1)) - 1 / (1 + Math.exp(2)), 12);
  expect(next.beta).toBe(0.1);
});

test('a state survives JSON', () => {
  const { start, step } = incrementalPI();
  const state = step(step(start, { kl: 3, setPoint: 0.5 }), { kl: 0.1, setPoint: 0.5 });
  expect(step(JSON.parse(JSON.stringify(state)), { kl: 2, setPoint: 1 })).toEqual(step(state, { kl: 2, setPoint: 1 }));
});

test('no KL divergence, however large, makes beta anything but a number', () => {
  const { start, step } = incrementalPI();
  expect(step(start, { kl: 1e6, setPoint: 0 }).beta).toBeCloseTo(50 + 5000 + 0.005, 9);
  expect(() => step(start, { kl: Number.NaN, setPoint: 1 })).toThrow(
    'dynamic-vae: cannot control beta: the KL divergence is NaN at a set point of 1; training has diverged',
  );
});

test.each([
  [{ ki: 0.005 }, 'the incremental K_i is 0.005; it must be negative: a positive one would lower beta while the KL'],
  [{ ki: 0 }, 'the incremental K_i is 0; it must be negative, or beta would hardly move'],
  [{ kp: -1 }, "incrementalPI's kp is -1; a finite number of at least 0 is needed"],
  [{ minBeta: -1 }, "incrementalPI's minBeta is -1; a finite number of at least 0 is needed"],
  [{ initialBeta: 0.05 }, 'beta starts at 0.05, below the least beta of 0.1'],
  [{ kp: Number.NaN }, "incrementalPI's kp is NaN; a finite number of at least 0 is needed"],
  [{ kI: -1 } as IncrementalPISettings, 'incrementalPI has no setting "kI"; the nearest are ki'],
] satisfies [IncrementalPISettings, string][])('the settings %o are refused', (settings, message) => {
  expect(() => incrementalPI(settings)).toThrow(`dynamic-vae: ${message}`);
});
