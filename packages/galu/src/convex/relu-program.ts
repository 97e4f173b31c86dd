import { dot, norm } from '../vectors.ts';
import { isLong, nextMu } from './barrier.ts';
import { coneOf, timesCone } from './cone.ts';
import { type ConeNeuron, complementarity, coneStep } from './cone-step.ts';
import { type Gap, strongestBeyond } from './duality-gap.ts';
import { addOutputs, type GatedFeatures } from './gated-features.ts';
import type { GatedProgram, SolverOptions } from './gated-program.ts';
import { reluGap } from './relu-gap.ts';
import { dualOf } from './smooth-norm.ts';

/** The program of ReLU networks. */
export interface ReluProgram extends Omit<GatedProgram, 'start'> {
  /** A direction inside each gate's cone, d: the gate itself. */
  readonly inside: readonly Float64Array[];
  /** Gates to begin with. */
  readonly first: readonly number[];
}

/** A neuron, ±max(0, x·v) on the training rows. */
export type SignedWeights = Pick<ConeNeuron, 'gate' | 'sign' | 'v'>;

/** Where it ended. */
export interface ReluOptimum {
  readonly neurons: readonly SignedWeights[];
  readonly objective: number;
  readonly gap: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Neurons whose length is less than this share of the longest are what an interior point leaves of zeros. */
const NOTHING = 1e-6;

/**
 * min (1/2n) ‖y − Σ_j D_j X (v_j − u_j)‖² + λ Σ_j (‖v_j‖ + ‖u_j‖) with v_j and u_j in K_j = {w : (2 D_j − I) X w ≥ 0}: the convex program whose optimum is that of
 * two-layer ReLU networks with weight decay λ, if all patterns of gates are there (Pilanci and Ergen 2020), and of those whose neurons have these patterns, if not. A
 * primal-dual interior-point method solves it on a working set of gates, to which those are added that could say more than λ about the residuals.
 */
export async function solveRelu(program: ReluProgram, options: SolverOptions): Promise<ReluOptimum> {
  const { features: f, y } = program;
  const scale = dot(y, y) / (2 * f.rows);
  // What gated neurons, which may say more, leave alone is nothing for ReLU neurons either.
  if (program.first.length === 0) {
    const { kept, objective, gap } = pruned(program, []);
    return { neurons: kept, objective, gap, iterations: 0, converged: gap <= options.tolerance * scale };
  }
  const working = new Set(program.first);
  let iterations = 0;
  for (;;) {
    const inner = startIn(program, working, scale);
    for (let share = 0.2; ; share /= 20) {
      iterations = await follow(inner, program, { ...options, enough: share * options.tolerance * scale, iterations });
      const { kept, objective, gap, pulls } = pruned(program, inner.neurons);
      const converged = gap <= options.tolerance * scale;
      const outside = strongestBeyond(pulls, program.penalty, (gate) => working.has(gate), working.size);
      if (converged || iterations >= options.maxIterations || (outside.length === 0 && share < LEAST))
        return { neurons: kept, objective, gap, iterations, converged };
      if (outside.length === 0) continue;
      for (const j of outside) working.add(j);
      break;
    }
  }
}

/** Share of the tolerance at which the interior point method gives up coming nearer. */
const LEAST = 1e-4;

/** What the interior-point method changes. */
interface Inner {
  readonly neurons: readonly ConeNeuron[];
  /** y − Φv. */
  readonly residual: Float64Array;
  mu: number;
}

/** Both neurons of each gate, at points well inside their cones. */
function startIn({ features: f, y, inside, penalty }: ReluProgram, working: ReadonlySet<number>, scale: number): Inner {
  const neurons: ConeNeuron[] = [];
  for (const gate of working) {
    const cone = coneOf(f, gate);
    const length = norm(inside[gate]!);
    const rows = cone.length / f.columns;
    for (const sign of [1, -1] as const) {
      const v = inside[gate]!.map((value) => value / length);
      neurons.push({ gate, sign, cone, v, q: new Float64Array(v.length), z: new Float64Array(rows) });
    }
  }
  const mu = scale / constraintsOf(neurons);
  for (const { cone, v, q, z } of neurons) {
    q.set(dualOf(v, { penalty, mu }));
    timesCone(cone, v).forEach((slack, i) => {
      z[i] = mu / slack;
    });
  }
  return { neurons, residual: residualOf(f, y, neurons), mu };
}

const constraintsOf = (neurons: readonly ConeNeuron[]): number => neurons.reduce((sum, { z }) => sum + z.length + 2, 0);

/** Follows the centres of smaller and smaller μ until they leave no more than enough. @returns iterations so far */
async function follow(
  inner: Inner,
  { features: f, penalty }: ReluProgram,
  {
    enough,
    maxIterations,
    iterations,
    onIteration,
    turn,
  }: SolverOptions & { readonly enough: number; readonly iterations: number },
): Promise<number> {
  const { neurons, residual } = inner;
  const constraints = constraintsOf(neurons);
  for (let done = iterations; ; ) {
    await turn();
    const taken = coneStep({ features: f, penalty, mu: inner.mu }, neurons, residual);
    done++;
    const left = complementarity(neurons);
    const objective = dot(residual, residual) / (2 * f.rows) + penalty * lengthOf(neurons);
    await onIteration?.({ iteration: done, objective, gap: left * constraints });
    inner.mu = nextMu(left, taken);
    if ((isLong(taken) && left * constraints <= enough) || done >= maxIterations) return done;
  }
}

/** Neurons without those that are nothing. */
export interface Pruned extends Gap {
  readonly kept: readonly SignedWeights[];
}

/** Leaves out what an interior point leaves of zeros. The bound from below is that of all neurons, whose residuals are nearer to the optimum's. */
export function pruned(
  { features: f, y, penalty }: Pick<ReluProgram, 'features' | 'y' | 'penalty'>,
  neurons: readonly SignedWeights[],
): Pruned {
  const longest = neurons.reduce((most, { v }) => Math.max(most, norm(v)), 0);
  const kept = neurons
    .filter(({ v }) => norm(v) > NOTHING * longest)
    .map(({ gate, sign, v }) => ({ gate, sign, v: v.slice() }));
  const whole = reluGap(f, { y, residual: residualOf(f, y, neurons), norms: lengthOf(neurons), penalty });
  const residual = residualOf(f, y, kept);
  const objective = dot(residual, residual) / (2 * f.rows) + penalty * lengthOf(kept);
  return { kept, objective, gap: objective - (whole.objective - whole.gap), pulls: whole.pulls };
}

function residualOf(f: GatedFeatures, y: Float64Array, neurons: readonly SignedWeights[]): Float64Array {
  const residual = y.slice();
  for (const { gate, sign, v } of neurons) addOutputs(f, gate, v, residual, -sign);
  return residual;
}

const lengthOf = (neurons: readonly SignedWeights[]): number => neurons.reduce((sum, { v }) => sum + norm(v), 0);
