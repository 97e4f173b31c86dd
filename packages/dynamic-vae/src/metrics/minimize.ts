/** How `minimize` works. */
export interface MinimizeSettings {
  /** The inverse of an approximate Hessian times a vector, up to a factor. */
  readonly precondition: (gradient: Float64Array) => Float64Array;
  /** Largest entry of the gradient at which it ends. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** A step, the change of the gradient along it, and 1 / (s·y). */
interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

const MEMORY = 10;

/**
 * Minimizes a smooth convex function by L-BFGS (Nocedal and Wright 2006, algorithm 7.5) with a preconditioner in place of the first
 * Hessian, and steps that are halved until they decrease enough (Armijo).
 *
 * @param objective gives the value at a point and writes its gradient
 */
export function minimize(
  objective: (point: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  { precondition, tolerance, maxIterations }: MinimizeSettings,
): { readonly solution: Float64Array; readonly value: number; readonly iterations: number } {
  let point = start.slice();
  let gradient = new Float64Array(point.length);
  let value = objective(point, gradient);
  const pairs: Pair[] = [];
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largestEntry(gradient) <= tolerance) return { solution: point, value, iterations: iteration };
    const direction = directionOf(gradient, pairs, precondition);
    const slope = dot(gradient, direction);
    const next = new Float64Array(point.length);
    const nextGradient = new Float64Array(point.length);
    let size = 1;
    let nextValue = Infinity;
    for (; size > 1e-12; size /= 2) {
      for (let i = 0; i < next.length; i++) next[i] = point[i]! - size * direction[i]!;
      nextValue = objective(next, nextGradient);
      if (nextValue <= value - 1e-4 * size * slope) break;
    }
    // Rounding hides any further decrease.
    if (!(nextValue < value)) return { solution: point, value, iterations: iteration };
    remember(pairs, point, next, gradient, nextGradient);
    [point, gradient, value] = [next, nextGradient, nextValue];
  }
  return { solution: point, value, iterations: maxIterations };
}

function remember(
  pairs: Pair[],
  point: Float64Array,
  next: Float64Array,
  gradient: Float64Array,
  nextGradient: Float64Array,
): void {
  const s = next.map((value, i) => value - point[i]!);
  const y = nextGradient.map((value, i) => value - gradient[i]!);
  const curvature = dot(s, y);
  if (!(curvature > 0)) return;
  pairs.push({ s, y, rho: 1 / curvature });
  if (pairs.length > MEMORY) pairs.shift();
}

/** The two-loop recursion; the first Hessian is the preconditioner, scaled by the last pair. */
function directionOf(
  gradient: Float64Array,
  pairs: readonly Pair[],
  precondition: MinimizeSettings['precondition'],
): Float64Array {
  const q = gradient.slice();
  const alphas = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i]!;
    alphas[i] = rho * dot(s, q);
    addScaled(q, y, -alphas[i]!);
  }
  const r = precondition(q);
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, precondition(last.y)));
    for (let i = 0; i < r.length; i++) r[i]! *= scale;
  }
  pairs.forEach(({ s, y, rho }, i) => {
    addScaled(r, s, alphas[i]! - rho * dot(y, r));
  });
  return r;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(to: Float64Array, what: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * what[i]!;
}

const largestEntry = (values: Float64Array): number =>
  values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
