import { expect, it } from 'vitest';
import { type Departure, type Regime, regimeOf } from './regime.ts';

it.each<[Departure, Regime]>([
  [{ curvature: 0, kernelChange: 0, distance: 0 }, 'linear'],
  [{ curvature: 0.048, kernelChange: 0.09, distance: 0.02 }, 'linear'],
  [{ curvature: 0.05, kernelChange: 0.09, distance: 0.02 }, 'linear on the way'],
  [{ curvature: 0.01, kernelChange: 0.11, distance: 0.02 }, 'not linear'],
  [{ curvature: 0.01, kernelChange: 0.01, distance: 0.11 }, 'not linear'],
  [{ curvature: 0.01, kernelChange: Number.POSITIVE_INFINITY, distance: 0 }, 'not linear'],
  [{ curvature: 0.01, kernelChange: 0, distance: Number.NaN }, 'not linear'],
])('takes %o for %s at a threshold of 0.1', (departure, regime) => {
  expect(regimeOf(departure, 0.1)).toBe(regime);
});
