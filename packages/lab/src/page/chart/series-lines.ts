import type { Curve } from '../../api.ts';
import { type Line, valuesOf } from './line.ts';
import { smooth } from './smooth.ts';

const made = new WeakMap<Curve, Map<string, Line>>();

/** The line of a curve; the same object for the same curve and look, so that its paths are made once. */
export function lineOf(curve: Curve, id: string, label: string, look: number, smoothing: number): Line {
  const name = JSON.stringify([id, label, look, smoothing]);
  const known = made.get(curve) ?? new Map<string, Line>();
  made.set(curve, known);
  const line = known.get(name) ?? makeLine(curve, id, label, look, smoothing);
  known.set(name, line);
  return line;
}

function makeLine(curve: Curve, id: string, label: string, look: number, smoothing: number): Line {
  const values = valuesOf(curve);
  const { x, total, sampled } = curve;
  const shared = { id, label, look, x, total, sampled };
  return smoothing > 0 ? { ...shared, y: smooth(values, smoothing), raw: values } : { ...shared, y: values };
}
