import fc from 'fast-check';
import { expect, test } from 'vitest';
import { incrementalPI } from '../src/control/incremental-pi.ts';
import { movingAverage } from '../src/control/moving-average.ts';
import { positionalPI } from '../src/control/positional-pi.ts';

/** A stand-in for training: the KL divergence moves by the part 1 − `memory` towards `rest` − `gain` · β at every step. */
interface Plant {
  readonly memory: number;
  readonly gain: number;
  readonly rest: number;
}

function follow(plant: Plant, kl: number, beta: number): number {
  return plant.memory * kl + (1 - plant.memory) * (plant.rest - plant.gain * beta);
}

/** The KL divergence at every step under DynamicVAE's control. */
function underIncrementalPI(
  plant: Plant,
  setPoint: (t: number) => number,
  steps: number,
  window: number,
  ki: number,
): number[] {
  const controller = incrementalPI({ ki });
  const average = movingAverage(window);
  let state = controller.start;
  let feedback = average.start;
  let kl = 0;
  return Array.from({ length: steps }, (_, t) => {
    kl = follow(plant, kl, state.beta);
    feedback = average.step(feedback, kl);
    state = controller.step(state, { kl: feedback.mean, setPoint: setPoint(t) });
    return kl;
  });
}

test('on a stable first-order plant the KL divergence follows a ramp at the distance that theory gives', () => {
  const loops = fc.record({
    memory: fc.double({ min: 0, max: 0.9, noNaN: true }),
    gain: fc.double({ min: 0.2, max: 1, noNaN: true }),
    slope: fc.double({ min: 0, max: 1e-3, noNaN: true }),
    window: fc.integer({ min: 1, max: 5 }),
    ki: fc.double({ min: -0.02, max: -0.005, noNaN: true }),
  });
  fc.assert(
    fc.property(loops, ({ memory, gain, slope, window, ki }) => {
      const steps = 8000;
      const setPoint = (t: number) => 0.5 + slope * t;
      // At β(0) = 50 the plant rests where the ramp begins, and β has room to fall by slope · steps / gain.
      const kl = underIncrementalPI({ memory, gain, rest: 0.5 + 50 * gain }, setPoint, steps, window, ki);
      // A ramp wants dβ = K_i · e = −slope / gain at every step: e = slope / (gain · |K_i|), of the window's mean, whose
      // age is (window − 1) / 2 steps.
      const lag = slope / (gain * -ki) - (slope * (window - 1)) / 2;
      expect(Math.abs(setPoint(steps - 1) - kl[steps - 1]! - lag)).toBeLessThan(0.01 * lag + 1e-4);
    }),
    { numRuns: 50 },
  );
});

test('on one step of the set point, the incremental controller ends on it from below', () => {
  const plant = { memory: 0.9, gain: 0.2, rest: 12 };
  const kl = underIncrementalPI(plant, () => 5, 12_000, 5, -0.005);
  expect(kl.at(-1)).toBeCloseTo(5, 3);
  expect(Math.max(...kl)).toBeLessThan(5.05);
});

test('on the same plant the positional controller, whose beta starts at its least, overshoots', () => {
  const plant = { memory: 0.9, gain: 0.2, rest: 12 };
  const controller = positionalPI();
  let state = controller.start;
  let kl = 0;
  const all = Array.from({ length: 40_000 }, () => {
    kl = follow(plant, kl, state.beta);
    state = controller.step(state, { kl, setPoint: 5 });
    return kl;
  });
  expect(Math.max(...all)).toBeGreaterThan(8);
  expect(all.at(-1)).toBeCloseTo(5, 2);
});
