import { dot, norm } from '../vectors.ts';
import { blockMinimum } from './block-minimum.ts';
import { strongestBeyond } from './duality-gap.ts';
import { addOutputs, adjoint, blockGram, type GatedFeatures, usedOf } from './gated-features.ts';
import { gatedGap } from './gated-gap.ts';
import { type GatedState, newtonStep } from './newton-step.ts';
import { addProduct } from './square-matrices.ts';

/** How a program is solved. */
export interface SolverOptions {
  /** The duality gap at which it ends, as a share of ‖y‖² / 2n. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Told each iteration, from 1; awaited. */
  readonly onIteration?: ((progress: ConvexProgress) => void | Promise<void>) | undefined;
  /** Awaited before each iteration: gives others their turn, and ends everything by throwing. */
  readonly turn: () => Promise<void>;
}

/** Where a program stands. */
export interface ConvexProgress {
  readonly iteration: number;
  readonly objective: number;
  /** How far above the optimum the objective can be; within the program of ReLU networks an estimate, of which the report has the bound. */
  readonly gap: number;
}

/** The program of networks of gated ReLU neurons. */
export interface GatedProgram {
  readonly features: GatedFeatures;
  /** n targets. */
  readonly y: Float64Array;
  /** λ > 0. */
  readonly penalty: number;
  /** Weights to begin from, a vector of d for each gate; by default 0. */
  readonly start?: readonly Float64Array[] | undefined;
}

/** Where it ended. */
export interface GatedOptimum {
  /** w_j, d for each gate; most are 0 where the penalty is large. */
  readonly weights: readonly Float64Array[];
  readonly objective: number;
  readonly gap: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Sweeps over the working set between two looks at all gates. */
const SWEEPS = 5;

/**
 * min_w (1/2n) ‖y − Σ_j D_j X w_j‖² + λ Σ_j ‖w_j‖, the group lasso that a two-layer network of gated ReLU neurons with weight decay λ is (Mishkin, Sahiner and
 * Pilanci 2022, Section 2). A working set of gates is swept, each neuron's weights going to their minimum at once, and a Newton step on the neurons that aren't 0
 * follows; gates that pull stronger than λ are taken in until the duality gap says that little is left to gain.
 */
export async function solveGated(program: GatedProgram, options: SolverOptions): Promise<GatedOptimum> {
  const { features: f, y, penalty } = program;
  const state = begin(program);
  const enough = (options.tolerance * dot(y, y)) / (2 * f.rows);
  for (let iteration = 0; ; iteration++) {
    const norms = state.weights.reduce((sum, w) => sum + norm(w), 0);
    const { objective, gap, pulls } = gatedGap(f, { y, residual: state.residual, norms, penalty });
    if (iteration > 0) await options.onIteration?.({ iteration, objective, gap });
    await options.turn();
    const converged = gap <= enough;
    if (converged || iteration === options.maxIterations)
      return { weights: state.weights, objective, gap, iterations: iteration, converged };
    takeIn(program, state, pulls);
    for (let sweep = 0; sweep < SWEEPS; sweep++) sweepBlocks(program, state);
    await newtonStep(f, state, penalty);
  }
}

function begin({ features: f, y, start }: GatedProgram): GatedState {
  const weights = f.open.map((_, j) => start?.[j]?.slice() ?? new Float64Array(f.columns));
  const state: GatedState = { weights, residual: y.slice(), grams: new Map() };
  for (const j of usedOf(weights)) {
    addOutputs(f, j, weights[j]!, state.residual, -1);
    state.grams.set(j, blockGram(f, j, 1 / f.rows));
  }
  return state;
}

function takeIn({ features: f, penalty }: GatedProgram, { weights, grams }: GatedState, pulls: Float64Array): void {
  for (const j of strongestBeyond(pulls, penalty, (gate) => grams.has(gate), usedOf(weights).length))
    grams.set(j, blockGram(f, j, 1 / f.rows));
}

function sweepBlocks({ features: f, penalty }: GatedProgram, { weights, residual, grams }: GatedState): void {
  const column = new Float64Array(f.columns);
  const change = new Float64Array(f.columns);
  for (const [j, gram] of grams) {
    const w = weights[j]!;
    adjoint(f, j, residual, 1 / f.rows, column);
    const length = norm(w);
    if (length === 0 && norm(column) <= penalty) continue;
    addProduct(gram, w, column);
    blockMinimum(gram, column, penalty, length);
    for (let t = 0; t < w.length; t++) {
      change[t] = column[t]! - w[t]!;
      w[t] = column[t]!;
    }
    addOutputs(f, j, change, residual, -1);
  }
}
