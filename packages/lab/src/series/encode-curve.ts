import type { Curve, Scalar } from '../api.ts';
import type { Points } from './curves.ts';

/** Points as JSON has them. @param total points that there are between the bounds that were asked for */
export function encodeCurve(key: Readonly<Record<string, Scalar>>, { x, y }: Points, total: number): Curve {
  return {
    key,
    x: Array.from(x),
    y: Array.from(y, encodeValue),
    total,
    sampled: x.length < total,
  };
}

function encodeValue(value: number): Curve['y'][number] {
  if (value - value === 0) return value;
  return Number.isNaN(value) ? null : value > 0 ? 'Infinity' : '-Infinity';
}
