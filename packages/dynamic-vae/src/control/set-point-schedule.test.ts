import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SetPointSettings, setPointSchedule } from './set-point-schedule.ts';

test("the paper's schedule rests, rises by 0.15 over 1000 iterations, and rests again", () => {
  const setPoint = setPointSchedule();
  // Iterations are counted from 0; the authors' first rise is in the 6000th step.
  for (const rest of [0, 5998]) expect(setPoint(rest)).toBe(0.5);
  expect(setPoint(5999)).toBeCloseTo(0.5 + 0.15 / 1000, 12);
  expect(setPoint(6498)).toBeCloseTo(0.575, 12);
  for (const rest of [6998, 6999, 11_998]) expect(setPoint(rest)).toBeCloseTo(0.65, 12);
  expect(setPoint(11_999)).toBeCloseTo(0.65 + 0.15 / 1000, 12);
  expect(setPoint(1_000_000)).toBe(20);
});

const schedules = fc.record({
  start: fc.double({ min: 0, max: 5, noNaN: true }),
  step: fc.double({ min: 0, max: 3, noNaN: true }),
  window: fc.integer({ min: 10, max: 50 }),
  ramp: fc.integer({ min: 1, max: 10 }),
  max: fc.double({ min: 5, max: 20, noNaN: true }),
});

test('a set point never falls, never exceeds its largest value, and never rises faster than its ramp', () => {
  fc.assert(
    fc.property(schedules, fc.nat(1000), (settings, t) => {
      const setPoint = setPointSchedule(settings);
      const rise = setPoint(t + 1) - setPoint(t);
      expect(rise).toBeGreaterThanOrEqual(-1e-12);
      expect(rise).toBeLessThanOrEqual(settings.step / settings.ramp + 1e-9);
      expect(setPoint(t)).toBeLessThanOrEqual(settings.max);
    }),
  );
});

test('a step of 0 holds the set point', () => {
  expect(setPointSchedule({ start: 3, step: 0 })(123_456)).toBe(3);
});

test.each([
  [{ step: -0.1 }, 'the set point would fall by 0.1 in every window; it must rise or stay'],
  [{ start: 30 }, 'the set point starts at 30, above its largest value 20; it cannot fall'],
  [{ start: -1 }, "setPointSchedule's start is -1; a finite number of at least 0 is needed"],
  [{ window: 0, ramp: 1 }, "setPointSchedule's window is 0; an integer of at least 1 is needed"],
  [{ ramp: 0.5 }, "setPointSchedule's ramp is 0.5; an integer of at least 1 is needed"],
  [{ max: Number.NaN }, "setPointSchedule's max is NaN; a finite number is needed"],
  [{ steps: 1 } as SetPointSettings, 'setPointSchedule has no setting "steps"; the nearest are step'],
  [{ ramp: 7000 }, 'the ramp of the set point (7000 iterations) is longer than its window (6000)'],
] satisfies [SetPointSettings, string][])('the settings %o are refused', (settings, message) => {
  expect(() => setPointSchedule(settings)).toThrow(`dynamic-vae: ${message}`);
});

test('an iteration before the first is refused', () => {
  expect(() => setPointSchedule()(-1)).toThrow('dynamic-vae: iterations are counted from 0, got -1');
});
