/** How near to linear a network is in its weights, within what training needs. */
export type LinearRegime = 'linear' | 'linear on the way' | 'not linear';

/** What the regime is read off, before any training. All are relative numbers, 0 for a linear model. */
export interface Departure {
  /** ε = ‖H‖ R / ‖∇f‖: how much the gradient may turn within the radius R that training needs. */
  readonly curvature: number;
  /** ‖K(w + d) − K(w)‖_F / ‖K(w)‖_F after the step d of length R that fits the rows in the tangent model. */
  readonly kernelChange: number;
  /** ‖f(w + d) − f_lin(w + d)‖ / ‖f_lin(w + d) − f(w)‖, over rows. */
  readonly distance: number;
}

/** Relative departure up to which a network counts as linear, where nobody says otherwise. */
export const LINEAR_UP_TO = 0.1;

/**
 * By how much, relative, ‖H‖ lets the kernel change within R: |∇f(w + d) · ∇f'(w + d) − ∇f(w) · ∇f'(w)| ≤ 2 ε + ε² in units of ‖∇f‖², since the gradient
 * moves by at most ‖H‖ R (Liu, Zhu and Belkin 2020, arXiv 2010.01092, proposition 2.3). ‖H‖ is taken at w, which is exact to first order in R.
 */
export const kernelChangeLimit = (curvature: number): number => 2 * curvature + curvature ** 2;

/** Whether what was measured is as the tangent model has it, to the threshold; false for NaN. */
export const staysLinear = (
  { kernelChange, distance }: Pick<Departure, 'kernelChange' | 'distance'>,
  threshold: number,
): boolean => kernelChange <= threshold && distance <= threshold;

/**
 * `linear` where the Hessian's norm alone keeps every step of length R linear; `linear on the way` where only what was measured on the way of training
 * says so; else `not linear`. Linear means a relative departure of at most `threshold`.
 */
export function linearRegimeOf(departure: Departure, threshold: number): LinearRegime {
  if (!staysLinear(departure, threshold)) return 'not linear';
  return kernelChangeLimit(departure.curvature) <= threshold ? 'linear' : 'linear on the way';
}

/** What to make of it, in a sentence. */
export const linearRegimeMeanings: Readonly<Record<LinearRegime, string>> = {
  linear:
    'no step of the length that training needs leaves the linear regime, by the norm of the Hessian, and the measured step does not',
  'linear on the way':
    'the step that training takes stays linear; other steps of its length need not, by the norm of the Hessian',
  'not linear': 'on the way to fitting these rows the network is not its tangent model: training changes its features',
};
