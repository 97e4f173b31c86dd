import { InputError } from '@unbraid/checks';
import { erfValue } from '@unbraid/graph';
import type { ActivationName } from '../activations.ts';

/** φ, φ', and how large |φ'| and |φ''| get anywhere. */
export interface ActivationBounds {
  readonly value: (u: number) => number;
  readonly derivative: (u: number) => number;
  /** sup |φ'| */
  readonly slope: number;
  /** sup |φ''| */
  readonly curvature: number;
}

const sigmoid = (u: number): number => 1 / (1 + Math.exp(-u));
const density = (u: number): number => Math.exp(-0.5 * u * u) / Math.sqrt(2 * Math.PI);
const distribution = (u: number): number => 0.5 * (1 + erfValue(u * Math.SQRT1_2));

/** Suprema are rounded up; that of |tanh''| is 4 / (3 √3), of |erf''| 2 √2 / √(π e), of |GELU''| 2 φ(0), of |swish''| ½, at 0 both. */
const known: Readonly<Record<Exclude<ActivationName, 'relu'>, ActivationBounds>> = {
  tanh: { value: Math.tanh, derivative: (u) => 1 - Math.tanh(u) ** 2, slope: 1, curvature: 0.76981 },
  sigmoid: { value: sigmoid, derivative: (u) => sigmoid(u) * sigmoid(-u), slope: 0.25, curvature: 0.09623 },
  softplus: {
    value: (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))),
    derivative: sigmoid,
    slope: 1,
    curvature: 0.25,
  },
  swish: {
    value: (u) => u * sigmoid(u),
    derivative: (u) => sigmoid(u) * (1 + u * sigmoid(-u)),
    slope: 1.09984,
    curvature: 0.5,
  },
  gelu: {
    value: (u) => u * distribution(u),
    derivative: (u) => distribution(u) + u * density(u),
    slope: 1.12891,
    curvature: 0.79789,
  },
  erf: {
    value: erfValue,
    derivative: (u) => (2 / Math.sqrt(Math.PI)) * Math.exp(-u * u),
    slope: 1.12838,
    curvature: 0.96789,
  },
};

/** @throws {InputError} for relu, whose slope jumps, so that no step is short enough for a bound */
export function activationBounds(name: ActivationName): ActivationBounds {
  if (name !== 'relu') return known[name];
  throw new InputError(
    'model',
    'linearity: the slope of relu jumps, so there is no lower bound within a ball; leave `network` out',
  );
}
