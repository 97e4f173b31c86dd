import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type IncrementalPISettings, incrementalPI, type PositionalPISettings, positionalPI } from '../src/index.ts';
import { regulationOf } from '../src/training/regulation.ts';

/** What `python/fixtures/controllers.py` computed from the formulas; `about` in the file has them. */
const python = JSON.parse(readFileSync(new URL('./fixtures/controllers.json', import.meta.url), 'utf8')) as {
  readonly kl: readonly number[];
  readonly schedule: { readonly start: number; readonly step: number; readonly window: number };
  readonly setPoints: readonly number[];
  readonly dynamic: readonly {
    readonly settings: IncrementalPISettings & { readonly window: number };
    readonly betas: readonly number[];
  }[];
  readonly control: readonly { readonly settings: PositionalPISettings; readonly betas: readonly number[] }[];
};
const { kl, schedule, setPoints } = python;

/** β and C of every step. */
function regulated({ start, step }: ReturnType<typeof regulationOf>) {
  let state = start;
  return kl.map((value, iteration) => {
    state = step(state, iteration, value);
    return { beta: state.beta, setPoint: state.setPoint };
  });
}

test.each(python.dynamic)(
  'β and the set point of DynamicVAE are those that Python computes, step by step: $settings',
  ({ settings: { window, ...controller }, betas }) => {
    const steps = regulated(regulationOf({ name: 'dynamic', controller, setPoint: schedule, window }));
    steps.forEach(({ beta, setPoint }, t) => {
      expect(setPoint).toBeCloseTo(setPoints[t]!, 10);
      expect(beta).toBeCloseTo(betas[t]!, 10);
    });
  },
);

test.each(python.control)("β is that of ControlVAE's algorithm, by Python: $settings", ({ settings, betas }) => {
  const steps = regulated(regulationOf({ name: 'control', controller: settings, setPoint: schedule }));
  steps.forEach(({ beta }, t) => {
    expect(beta).toBeCloseTo(betas[t]!, 10);
  });
});

test('the defaults are the authors’ settings for dSprites', () => {
  const point = { kl: 3, setPoint: 0.5 };
  const sigma = 1 / (1 + Math.exp(-2.5));
  const dynamic = incrementalPI();
  expect(dynamic.step(dynamic.start, point).beta).toBeCloseTo(50 + 0.01 * (sigma - 0.5) + 0.005 * 2.5, 12);
  const control = positionalPI();
  expect(control.step(control.start, point).beta).toBeCloseTo(1 + 0.01 * sigma + 0.001 * 2.5, 12);
});
