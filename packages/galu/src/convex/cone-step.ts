import { invertFactor } from '../cholesky.ts';
import { addScaled, dot } from '../vectors.ts';
import { addWalls, longest, multiplierStep, type Walls, wallWeights, within } from './barrier.ts';
import { timesCone } from './cone.ts';
import type { ConeGraphs } from './cone-graphs.ts';
import type { ConeNeuron } from './cone-neuron.ts';
import { type Local, solveNewton } from './cone-newton.ts';
import type { GateProducts } from './gate-products.ts';
import { addOutputs, adjoint, type GatedFeatures } from './gated-features.ts';
import { addNorm, dualStep, longestTurn } from './smooth-norm.ts';
import { factorize } from './square-matrices.ts';

/** The program at a barrier parameter: (1/2n) ‖y − Σ ±D_j X v‖² + λ Σ ‖v‖ with s = M_j v and s ⊙ z = μ. */
export interface Centre {
  readonly features: GatedFeatures;
  readonly products: GateProducts;
  readonly graphs: ConeGraphs;
  readonly penalty: number;
  readonly mu: number;
}

/** A little of what the loss curves in a weight, which is about 1 in the units of the features. */
const LOSS_CURVES = 1e-7;

/**
 * One step of a primal-dual interior-point method towards the centre of μ; slacks and multipliers stay positive.
 * @param residual y − Φv, changed with v
 * @returns the share of the step that was taken, the smaller of both
 */
export async function coneStep(
  centre: Centre,
  neurons: readonly ConeNeuron[],
  residual: Float64Array,
): Promise<number> {
  const walls = neurons.map((neuron) => ({
    cone: neuron.cone,
    slack: neuron.s,
    missed: missedBy(neuron),
    z: neuron.z,
  }));
  const { features, products, graphs } = centre;
  const blocks = await graphs.squares(neurons.map(({ room }, at) => wallWeights(walls[at]!, room.weights)));
  const parts = neurons.map((neuron, at) =>
    localPart(centre, neuron, { walls: walls[at]!, block: blocks[at]! }, residual),
  );
  const steps = await solveNewton({ features, products, graphs, neurons, parts });
  const moves = neurons.map(({ cone, room }, at) => {
    timesCone(cone, steps[at]!, room.moved);
    addScaled(1, walls[at]!.missed, room.moved);
    return room.moved;
  });
  const pulls = walls.map((wall, at) => multiplierStep(wall, moves[at]!, centre.mu, neurons[at]!.room.pulled));
  const turns = neurons.map((neuron, at) => dualStep(neuron, centre, steps[at]!));
  const primal = within(walls.map(({ slack }, at) => longest(slack, moves[at]!)));
  // What a neuron's multipliers are told is its own affair: no other neuron's equations have them.
  const duals = neurons.map(({ z, q }, at) => within([longest(z, pulls[at]!), longestTurn(q, turns[at]!)]));
  neurons.forEach(({ gate, sign, v, s, q, z }, at) => {
    addScaled(primal, steps[at]!, v);
    addScaled(primal, moves[at]!, s);
    addScaled(duals[at]!, turns[at]!, q);
    addScaled(duals[at]!, pulls[at]!, z);
    addOutputs(centre.features, gate, steps[at]!, residual, -sign * primal);
  });
  return duals.reduce((least, dual) => Math.min(least, dual), primal);
}

/** @param block Mᵀ diag(z/s) M, its lower triangle, to which all else is added */
function localPart(
  centre: Centre,
  { gate, sign, v, q }: ConeNeuron,
  { walls, block }: { readonly walls: Walls; readonly block: Float64Array },
  residual: Float64Array,
): Local {
  const { features: f, mu } = centre;
  const d = v.length;
  const gradient = adjoint(f, gate, residual, -sign / f.rows, new Float64Array(d));
  addNorm({ v, q }, centre, gradient, block);
  // Along v neither norm nor cone curves where v is an edge of its cone: what the loss curves there stands for it, a little of it.
  addWalls(walls, mu, { gradient, hessian: block, least: LOSS_CURVES });
  const factor = block.slice();
  factorize(factor, d);
  return { gradient, block, inverseRoot: invertFactor(factor, d) };
}

/** M v − s. */
function missedBy({ cone, v, s, room }: ConeNeuron): Float64Array {
  const missed = timesCone(cone, v, room.missed);
  addScaled(-1, s, missed);
  return missed;
}

/** The sum of slack times multiplier, and of multipliers times what slacks miss: what is left at the least. */
export function complementarity(neurons: readonly ConeNeuron[]): { left: number; missed: number } {
  let [left, missed] = [0, 0];
  for (const neuron of neurons) {
    left += dot(neuron.s, neuron.z);
    const lacks = missedBy(neuron);
    for (let i = 0; i < lacks.length; i++) missed += Math.abs(lacks[i]!) * neuron.z[i]!;
  }
  return { left, missed };
}
