import { dot, norm } from '../vectors.ts';
import { nextMu } from './barrier.ts';
import { coneOf, timesCone } from './cone.ts';
import { centresOf } from './cone-centre.ts';
import type { ConeGraphs } from './cone-graphs.ts';
import { type ConeNeuron, roomFor } from './cone-neuron.ts';
import { checkUnknowns } from './cone-newton.ts';
import { complementarity, coneStep } from './cone-step.ts';
import { type Gap, strongestBeyond } from './duality-gap.ts';
import { type GateProducts, gateProducts } from './gate-products.ts';
import { addOutputs, type GatedFeatures } from './gated-features.ts';
import { gatedGap } from './gated-gap.ts';
import type { SolverOptions } from './gated-program.ts';
import { reluGap } from './relu-gap.ts';
import { dualOf } from './smooth-norm.ts';

/** The program of ReLU networks. */
export interface ReluProgram {
  readonly features: GatedFeatures;
  /** n targets. */
  readonly y: Float64Array;
  /** λ > 0. */
  readonly penalty: number;
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
export async function solveRelu(
  program: ReluProgram,
  graphs: ConeGraphs,
  options: SolverOptions,
): Promise<ReluOptimum> {
  const { features: f, y } = program;
  const scale = dot(y, y) / (2 * f.rows);
  const enough = options.tolerance * scale;
  // What gated neurons, which may say more, leave alone is nothing for ReLU neurons either.
  if (program.first.length === 0) {
    const { kept, objective, gap } = pruned(program, []);
    return { neurons: kept, objective, gap, iterations: 0, converged: gap <= enough };
  }
  const products = gateProducts(f);
  const known = new Set<number>();
  let iterations = 0;
  for (let working = firstNeurons(program); ; ) {
    const inner = await startIn(program, working, { scale, products, graphs, known });
    for (let within = enough / 5; ; within /= 20) {
      iterations = await follow(inner, program, { ...options, enough: within, iterations });
      const { kept, objective, gap, pulls } = pruned(program, inner.neurons);
      const converged = gap <= enough;
      const inside = inner.neurons.map(numberOf);
      const outside = strongestBeyond(
        pulls,
        program.penalty,
        (at) => inside.includes(at),
        Math.max(LEAST_MORE, inside.length),
      );
      if (converged || iterations >= options.maxIterations || (outside.length === 0 && within < LEAST * enough))
        return { neurons: kept, objective, gap, iterations, converged };
      if (outside.length === 0) continue;
      for (const at of outside) known.add(at);
      working = [...inside, ...outside];
      break;
    }
  }
}

/** Share of the gap that is enough, at which the interior-point method gives up coming nearer. */
const LEAST = 1e-4;

/** Neurons that are taken in at once, as many as are in use, but so many at least. */
const LEAST_MORE = 10;

/** Numbers in the cones of the first working set, at most. */
const FIRST_CONES = 2 ** 24;

/** Both neurons of the gates that gated neurons use, and of others by what they could say about the targets, as many as there is room for. */
function firstNeurons({ features: f, y, first }: ReluProgram): number[] {
  const { pulls } = gatedGap(f, { rows: f.rows, y, residual: y, norms: 0, penalty: 1 });
  const used = new Set(first);
  const others = [...pulls.keys()].filter((j) => !used.has(j)).sort((a, b) => pulls[b]! - pulls[a]! || a - b);
  const room = Math.floor(FIRST_CONES / (f.rows * f.columns));
  return [...first, ...others.slice(0, Math.max(0, room - first.length))].flatMap((gate) => [2 * gate, 2 * gate + 1]);
}

/** What the interior-point method changes. */
interface Inner {
  neurons: ConeNeuron[];
  /** y − Φv. */
  readonly residual: Float64Array;
  mu: number;
  /** ‖y‖² / 2n. */
  readonly scale: number;
  readonly products: GateProducts;
  readonly graphs: ConeGraphs;
  /** Neurons that pulled when they had been left out: they stay. */
  readonly known: ReadonlySet<number>;
}

/** A neuron's number among both of each gate. */
const numberOf = ({ gate, sign }: Pick<ConeNeuron, 'gate' | 'sign'>): number => 2 * gate + (sign > 0 ? 0 : 1);

/** Neurons at the centres of their cones, as long as the penalty could pay for. */
async function startIn(
  { features: f, y, inside, penalty }: ReluProgram,
  working: readonly number[],
  shared: Pick<Inner, 'scale' | 'products' | 'graphs' | 'known'>,
): Promise<Inner> {
  checkUnknowns(f.rows, working.length * f.columns);
  const gates = [...new Set(working.map((at) => at >> 1))];
  const cones = gates.map((gate) => ({ cone: coneOf(f, gate), inside: inside[gate]! }));
  const centres = await centresOf(cones, shared.graphs);
  const mu = shared.scale / (working.length * (f.rows + 2));
  const length = Math.min(1, shared.scale / (penalty * working.length));
  const places = new Map(gates.map((gate, at) => [gate, { ...cones[at]!, centre: centres[at]! }]));
  const neurons = working.map((at): ConeNeuron => {
    const gate = at >> 1;
    const { cone, centre } = places.get(gate)!;
    const v = centre.map((value) => length * value);
    const s = timesCone(cone, v);
    const z = s.map((slack) => mu / slack);
    return { gate, sign: at & 1 ? -1 : 1, cone, v, s, q: dualOf(v, { penalty, mu }), z, room: roomFor(s.length) };
  });
  const residual = y.slice();
  for (const { gate, sign, v } of neurons) addOutputs(f, gate, v, residual, -sign);
  return { ...shared, neurons, residual, mu };
}

/** What is left, as a share of the scale, once it can be seen which neurons end at 0. */
const SEEN = 0.1;

/** λ‖v‖ of a neuron that ends at 0 is what its walls leave, (m + 2) μ; that of others is many times as much. */
const FAINT = 1.5;

/** And it is shorter than this share of the longest. */
const SHORT = 0.03;

/** Leaves out neurons that seem to end at 0. Those that pull stronger than λ later come back. */
function leaveOut({ features: f, penalty }: ReluProgram, inner: Inner, mean: number): void {
  const longest = inner.neurons.reduce((most, { v }) => Math.max(most, norm(v)), 0);
  inner.neurons = inner.neurons.filter((neuron) => {
    const { gate, sign, v, z } = neuron;
    const length = norm(v);
    const isFaint = penalty * length <= FAINT * (z.length + 2) * mean && length <= SHORT * longest;
    if (!isFaint || inner.known.has(numberOf(neuron))) return true;
    addOutputs(f, gate, v, inner.residual, sign);
    return false;
  });
}

const constraintsOf = (neurons: readonly ConeNeuron[]): number => neurons.reduce((sum, { z }) => sum + z.length + 2, 0);

/** Follows the centres of smaller and smaller μ until they leave no more than enough. @returns iterations so far */
async function follow(
  inner: Inner,
  program: ReluProgram,
  {
    enough,
    maxIterations,
    iterations,
    onIteration,
    turn,
  }: SolverOptions & { readonly enough: number; readonly iterations: number },
): Promise<number> {
  const { features, penalty } = program;
  const { residual, products, graphs, scale } = inner;
  for (let done = iterations; ; ) {
    await turn();
    const { neurons } = inner;
    const taken = await coneStep({ features, products, graphs, penalty, mu: inner.mu }, neurons, residual);
    done++;
    const constraints = constraintsOf(neurons);
    const { left, missed } = complementarity(neurons);
    const mean = left / (constraints - 2 * neurons.length);
    const objective = dot(residual, residual) / (2 * features.rows) + penalty * lengthOf(neurons);
    const gap = mean * constraints + missed;
    await onIteration?.({ iteration: done, objective, gap });
    inner.mu = nextMu(mean, taken);
    if ((taken > 0.5 && gap <= enough) || gap <= 0.1 * enough || done >= maxIterations) return done;
    if (gap <= SEEN * scale) leaveOut(program, inner, mean);
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
  const whole = reluGap(f, { rows: f.rows, y, residual: residualOf(f, y, neurons), norms: lengthOf(neurons), penalty });
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
