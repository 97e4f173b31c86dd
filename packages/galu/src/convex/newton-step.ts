import { conjugateSteps } from '../newton-steps.ts';
import { addScaled, dot, inDouble } from '../vectors.ts';
import type { Passes, Shape } from './passes.ts';
import { addByGate, copyGates, lengthsOf, objectiveOf, productsOf, sizeOf, startOf } from './shape.ts';
import { type Point, pointAt, type WorkingSet } from './working-set.ts';

/** Share of the gradient, as it is preconditioned, that conjugate gradients leave: a few more steps cost less than solving each to the end. */
const FORCING = 0.25;

/** Halvings of a step, at most. */
const HALVINGS = 12;

/** Share of the predicted decrease that a step has to bring (Armijo). */
const SUFFICIENT = 1e-4;

/** The objective is a sum in double precision: a smaller share of it can't be told from rounding. */
const ROUNDING = 1e-14;

/** Damping, at least: a share of what preconditions. */
const LEAST_DAMPING = 1e-9;

/**
 * One step of Newton's method on the weights that aren't 0, where the objective is smooth: the Hessian is ΦᵀΦ/n + λ (I/‖w_j‖ − w_j w_jᵀ/‖w_j‖³). A gate whose weights
 * the step would turn round goes to 0 instead, where the objective has its edge: so as many as there are leave at once, and the step needs no halving for them.
 * Where gates have much in common the Hessian is singular, and what a step would do along it has no end: it is damped (Levenberg and Marquardt), the less the more steps are taken whole.
 */
export async function newtonStep(set: WorkingSet, here: Point): Promise<Point> {
  const { shape } = set.passes;
  const lengths = lengthsOf(shape, here.weights);
  const used = [...lengths.keys()].filter((j) => lengths[j]! > 0);
  if (used.length === 0) return here;
  const place = await placeAt(set, here, used);
  const inside = await solve(place);
  const slope = dot(place.gradient, inside);
  const step = new Float64Array(here.weights.length);
  used.forEach((j, at) => {
    copyGates(place.passes.shape, inside, at, shape, step, j);
  });
  const now = objectiveOf(here.residual, set.rows, set.penalty, lengths);
  for (let halving = 0, share = 1; slope < 0 && halving < HALVINGS; halving++, share /= 2) {
    const next = await pointAt(set, stepped(shape, here.weights, step, share));
    const objective = objectiveOf(next.residual, set.rows, set.penalty, lengthsOf(shape, next.weights));
    if (objective <= now + SUFFICIENT * share * slope + ROUNDING * now) {
      if (halving === 0) set.damping = Math.max(LEAST_DAMPING, set.damping / 5);
      return next;
    }
    set.damping = Math.min(1, 5 * set.damping);
  }
  return here;
}

/** w + share · step; 0 for gates whose weights would point backwards. */
function stepped(shape: Shape, weights: Float64Array, step: Float64Array, share: number): Float64Array {
  const there = weights.slice();
  addScaled(share, step, there);
  const stays = productsOf(shape, weights, there).map((product) => (product > 0 ? 1 : 0));
  const result = new Float64Array(there.length);
  addByGate(shape, stays, there, result);
  return result;
}

/** Where a step is taken: the gates in use alone. */
interface Place {
  readonly passes: Passes;
  readonly weights: Float64Array;
  readonly gradient: Float64Array;
  /** ‖w_j‖ */
  readonly lengths: Float64Array;
  /** λ/‖w_j‖, or 0 in a place that no gate has taken. */
  readonly bends: Float64Array;
  /** About diag(Xᵀ D_j X)/n, d for each gate in use. */
  readonly squares: readonly Float64Array[];
  readonly damping: number;
  /** As many zeros as there are targets. */
  readonly nothing: Float64Array;
}

async function placeAt(set: WorkingSet, here: Point, used: readonly number[]): Promise<Place> {
  const gates = used.map((j) => set.gates[j]!);
  const passes = await set.roughly(gates);
  const [weights, gradient] = [new Float64Array(sizeOf(passes.shape)), new Float64Array(sizeOf(passes.shape))];
  used.forEach((j, at) => {
    copyGates(set.passes.shape, here.weights, j, passes.shape, weights, at);
    copyGates(set.passes.shape, here.pulls, j, passes.shape, gradient, at);
  });
  const lengths = lengthsOf(passes.shape, weights);
  const bends = lengths.map((length) => (length > 0 ? set.penalty / length : 0));
  for (let at = 0; at < gradient.length; at++) gradient[at] = -gradient[at]!;
  addByGate(passes.shape, bends, weights, gradient);
  const nothing = new Float64Array(set.targets.length);
  const squares = gates.map(set.squaresOf);
  return { passes, weights, gradient, lengths, bends, squares, damping: set.damping, nothing };
}

/** H⁻¹ (−g), nearly, by conjugate gradients. With S Sᵀ near H, S⁻¹ H S⁻ᵀ is near I. */
async function solve(place: Place): Promise<Float64Array> {
  const root = inverseRoot(place);
  const residual = { data: root.apply(place.gradient).map((value) => -value) };
  const p = { data: new Float64Array(residual.data.length) };
  const step = new Float64Array(residual.data.length);
  let direction = step;
  await conjugateSteps(inDouble, { residual, p }, FORCING, {
    product: async () => {
      direction = root.applyTransposed(p.data);
      const image = root.apply(await hessianTimes(place, direction));
      addScaled(place.damping, p.data, image);
      return image;
    },
    advance: (length) => addScaled(length, direction, step),
    signal: undefined,
  });
  return step;
}

async function hessianTimes({ passes, weights, lengths, bends, nothing }: Place, v: Float64Array) {
  const { shape } = passes;
  const { pulls } = await passes.run(v, nothing);
  const product = pulls.map((value) => -value);
  addByGate(shape, bends, v, product);
  const inner = productsOf(shape, weights, v);
  const shares = bends.map((bend, j) => (bend > 0 ? (-bend * inner[j]!) / lengths[j]! ** 2 : 0));
  addByGate(shape, shares, weights, product);
  return product;
}

/** S⁻¹ for S Sᵀ = Δ − b ŵ ŵᵀ of each gate, with Δ = b I and about the diagonal of Xᵀ D_j X / n, b = λ/‖w_j‖ and ŵ = w_j/‖w_j‖: S = Δ^½ (I − b e eᵀ)^½ with e = Δ^−½ ŵ. */
function inverseRoot({ passes: { shape }, weights, lengths, bends, squares }: Place) {
  const [scales, edges] = [new Float64Array(weights.length), new Float64Array(weights.length)];
  const factors = new Float64Array(shape.gates);
  squares.forEach((own, j) => {
    // Where X has too few rows the system is singular: a little more keeps it apart from that.
    const least = 1e-9 * (own.reduce((sum, value) => sum + value, 0) / shape.columns + bends[j]!);
    let [size, left] = [0, 0];
    for (let o = 0; o < shape.outputs; o++)
      own.forEach((square, t) => {
        const at = startOf(shape, o, j) + t;
        const delta = square + least + bends[j]!;
        const share = weights[at]! / lengths[j]!;
        scales[at] = 1 / Math.sqrt(delta);
        edges[at] = share * scales[at]!;
        size += (share * share) / delta;
        left += (share * share * (square + least)) / delta;
      });
    // 1 − b ‖e‖² is left along e.
    factors[j] = (1 / Math.sqrt(left) - 1) / size;
  });
  const turned = (v: Float64Array) => {
    const inner = productsOf(shape, edges, v);
    addByGate(
      shape,
      factors.map((factor, j) => factor * inner[j]!),
      edges,
      v,
    );
    return v;
  };
  return {
    apply: (v: Float64Array) => turned(v.map((value, at) => value * scales[at]!)),
    applyTransposed: (v: Float64Array) => turned(v.slice()).map((value, at) => value * scales[at]!),
  };
}
