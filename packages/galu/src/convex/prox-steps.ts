import { dot } from '../vectors.ts';
import { addByGate, lengthsOf } from './shape.ts';
import { type Point, pointAt, type WorkingSet } from './working-set.ts';

/**
 * Some steps of the accelerated proximal gradient method (FISTA, Beck and Teboulle 2009), begun anew: they let gates in whose weights are 0, and out. Since outputs are linear in
 * weights, those between two points aren't computed.
 */
export async function proxSteps(set: WorkingSet, start: Point, steps: number): Promise<Point> {
  let [before, here, momentum] = [start, start, 1];
  for (let step = 0; step < steps; step++) {
    const next = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const from = beyond(here, before, (momentum - 1) / next);
    [before, here, momentum] = [here, await proxStep(set, from), next];
  }
  return here;
}

/** A step, with as much curvature as it takes to keep below what the step assumes. */
async function proxStep(set: WorkingSet, from: Point): Promise<Point> {
  for (;;) {
    const point = await pointAt(set, shrunk(set, from));
    const moved = point.weights.map((value, at) => value - from.weights[at]!);
    const changed = point.residual.map((value, at) => value - from.residual[at]!);
    const curved = dot(changed, changed) / set.rows;
    if (curved <= set.curvature * dot(moved, moved) * (1 + 1e-8)) return point;
    set.curvature *= 2;
  }
}

/** argmin of the model at a point: what is left of each gate's part once λ/L is taken from its length. */
function shrunk({ passes: { shape }, penalty, curvature }: WorkingSet, { weights, pulls }: Point): Float64Array {
  const inner = weights.map((value, at) => value + pulls[at]! / curvature);
  const shares = lengthsOf(shape, inner).map((length) => Math.max(0, 1 - penalty / (curvature * length)));
  const result = new Float64Array(inner.length);
  addByGate(shape, shares, inner, result);
  return result;
}

/** b + share · (b − a) */
function beyond(b: Point, a: Point, share: number): Point {
  const mixed = (of: keyof Point) => b[of].map((value, at) => value + share * (value - a[of][at]!));
  return { weights: mixed('weights'), residual: mixed('residual'), pulls: mixed('pulls') };
}
