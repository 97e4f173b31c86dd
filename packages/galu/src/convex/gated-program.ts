import type { Runtime, Scope } from '@unbraid/graph';
import { dot } from '../vectors.ts';
import { dualityGap, strongestBeyond } from './duality-gap.ts';
import type { GatedFeatures } from './gated-features.ts';
import { newtonStep } from './newton-step.ts';
import { compilePasses, type Passes, type Room } from './passes.ts';
import { principalAxes } from './principal-axes.ts';
import { proxSteps } from './prox-steps.ts';
import { copyGates, lengthsOf, sizeOf, startOf } from './shape.ts';
import { type Point, pointAt, type WorkingSet } from './working-set.ts';

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

/** A program of networks of gated ReLU neurons. */
export interface GatedProgram {
  /** Y, n targets for each output. */
  readonly y: Float64Array;
  /** λ > 0. */
  readonly penalty: number;
  /** Weights to begin from, as `GatedOptimum` has them; by default 0. */
  readonly start?: readonly Float64Array[] | undefined;
}

/** Where it ended. */
export interface GatedOptimum {
  /** W_j, for each gate d numbers for each output, one output after another; most are 0 where the penalty is large. */
  readonly weights: readonly Float64Array[];
  readonly objective: number;
  readonly gap: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Solves programs of the same rows, gates and number of outputs. */
export type GatedSolver = (program: GatedProgram, options: SolverOptions) => Promise<GatedOptimum>;

/** Steps of the proximal gradient method before each of Newton's. */
const PROX_STEPS = 3;

/** Newton's steps on a working set between two looks at all gates, at most. */
const ROUNDS = 8;

/** Share of the gap of all gates at which a working set is left. */
const NEARER = 0.1;

/** Gates in a working set at least, for which there is room in steps of twice as many. */
const LEAST_GATES = 64;

/** Room in a working set for each gate in use. */
const ROOM = 1.5;

/** Gates up to which all are worked on at once. */
const FEW_GATES = 128;

/** Gates whose weights are 0 are worked on where they pull more than this share of the penalty. */
const SLACK = 0.8;

/**
 * min_W (1/2n) ‖Y − Σ_j D_j X W_j‖² + λ Σ_j ‖W_j‖, the group lasso that a two-layer network of gated ReLU neurons with weight decay λ is (Mishkin, Sahiner and
 * Pilanci 2022, Section 2). Proximal gradient steps let gates of a working set in, Newton steps bring those that are in to their minimum or out, and gates that pull stronger than λ are taken in
 * until the duality gap of all gates says that little is left to gain.
 * @param outputs c
 */
export async function gatedSolver(
  scope: Scope,
  { features: f, outputs }: { readonly features: GatedFeatures; readonly outputs: number },
  runtime: Runtime,
): Promise<GatedSolver> {
  const axes = principalAxes(f);
  const rows = { features: f, x: axes.x, outputs };
  const squaresOf = squaresAt(f, axes.x);
  const k = f.open.length;
  const all = await compilePasses(scope, rows, { gates: k, dtype: 'float64' }, runtime);
  const every = Array.from(f.open.keys());
  all.choose(every);
  const made = new Map<string, Passes>();
  const passesFor = async (chosen: readonly number[], gates: number, dtype: Room['dtype']): Promise<Passes> => {
    const key = `${dtype} ${gates}`;
    const passes = made.get(key) ?? (await compilePasses(scope, rows, { gates, dtype }, runtime));
    made.set(key, passes);
    passes.choose(chosen);
    return passes;
  };
  const roughly = (gates: readonly number[]) => passesFor(gates, roomFor(gates.length, k), 'float32');

  return async ({ y, penalty, start }, options) => {
    const problem = { roughly, squaresOf, targets: y, rows: f.rows, penalty };
    const whole: WorkingSet = { passes: all, gates: every, ...problem, ...BEFORE };
    const setOf = async (here: Point, pulls: Float64Array, { curvature, damping }: Learnt): Promise<WorkingSet> => {
      const inUse = lengthsOf(all.shape, here.weights);
      const room = k <= FEW_GATES ? k : roomFor(ROOM * inUse.filter((length) => length > 0).length, k);
      if (room === k) return whole;
      const gates = gatesToWorkOn(inUse, pulls, { room, penalty });
      return { passes: await passesFor(gates, room, 'float64'), gates, ...problem, curvature, damping };
    };
    const enough = (options.tolerance * dot(y, y)) / (2 * f.rows);
    let here = await pointAt(whole, turned(start, all, axes.there));
    let set: WorkingSet | undefined;
    for (let iteration = 0; ; iteration++) {
      const { objective, gap, pulls } = gapAt(whole, here);
      if (iteration > 0) await options.onIteration?.({ iteration, objective, gap });
      await options.turn();
      const converged = gap <= enough;
      if (converged || iteration === options.maxIterations) {
        const weights = partsOf(all, here.weights).map((part) => inParts(part, f.columns, axes.back));
        return { weights, objective, gap, iterations: iteration, converged };
      }
      if (set !== whole) set = await setOf(here, pulls, set ?? BEFORE);
      here = await improve(set, here, { whole, goal: Math.max(NEARER * gap, enough / 2), turn: options.turn });
    }
  };
}

/** What steps have learnt of a program. */
type Learnt = Pick<WorkingSet, 'curvature' | 'damping'>;

/** Before any: gates have so much in common that together they curve more than one, and damping goes away fast. */
const BEFORE: Learnt = { curvature: 8, damping: 1e-3 };

/** Gates with room for so many, of k. */
function roomFor(count: number, k: number): number {
  let room = LEAST_GATES;
  while (room < count) room *= 2;
  return Math.min(room, k);
}

/** Gates in use, and the strongest of those that pull stronger than the penalty, or nearly so, as many as there is room for. */
function gatesToWorkOn(
  lengths: Float64Array,
  pulls: Float64Array,
  { room, penalty }: { readonly room: number; readonly penalty: number },
): number[] {
  const inUse = [...lengths.keys()].filter((j) => lengths[j]! > 0);
  const more = strongestBeyond(pulls, SLACK * penalty, (j) => lengths[j]! > 0, room - inUse.length);
  return [...inUse, ...more].sort((a, b) => a - b);
}

/** Lowers the objective on a working set. A look at all gates is due at once where it has all of them. */
async function improve(
  set: WorkingSet,
  here: Point,
  { whole, goal, turn }: { readonly whole: WorkingSet; readonly goal: number } & Pick<SolverOptions, 'turn'>,
): Promise<Point> {
  const round = async (from: Point) => newtonStep(set, await proxSteps(set, from, PROX_STEPS));
  if (set === whole) return round(here);
  const { shape } = set.passes;
  const own = new Float64Array(sizeOf(shape));
  set.gates.forEach((gate, at) => {
    copyGates(whole.passes.shape, here.weights, gate, shape, own, at);
  });
  let point = await pointAt(set, own);
  for (let again = 0; again < ROUNDS; again++) {
    await turn();
    point = await round(point);
    if (gapAt(set, point).gap <= goal) break;
  }
  const weights = new Float64Array(here.weights.length);
  set.gates.forEach((gate, at) => {
    copyGates(shape, point.weights, at, whole.passes.shape, weights, gate);
  });
  return pointAt(whole, weights);
}

function gapAt({ passes: { shape }, rows, targets, penalty }: WorkingSet, { weights, residual, pulls }: Point) {
  const norms = lengthsOf(shape, weights).reduce((sum, length) => sum + length, 0);
  return dualityGap({ rows, y: targets, residual, norms, penalty }, lengthsOf(shape, pulls));
}

/** About the diagonals of Xᵀ D_j X / n: what rows have along each axis, as often as the gate is open. */
function squaresAt({ rows, columns: d, open }: GatedFeatures, x: Float64Array): (gate: number) => Float64Array {
  const means = new Float64Array(d);
  for (let at = 0; at < x.length; at++) means[at % d]! += (x[at]! * x[at]!) / rows;
  return (gate) => means.map((mean) => (mean * open[gate]!.length) / rows);
}

/** The part of each gate, d for each output. */
function partsOf({ shape }: Passes, weights: Float64Array): Float64Array[] {
  const { outputs, gates, columns: d } = shape;
  return Array.from({ length: gates }, (_, j) => {
    const part = new Float64Array(outputs * d);
    for (let o = 0; o < outputs; o++) {
      const start = startOf(shape, o, j);
      part.set(weights.subarray(start, start + d), o * d);
    }
    return part;
  });
}

/** Parts, turned, as passes have them; 0 without any. */
function turned(
  parts: readonly Float64Array[] | undefined,
  { shape }: Passes,
  there: (w: Float64Array) => Float64Array,
) {
  const { columns: d } = shape;
  const weights = new Float64Array(sizeOf(shape));
  parts?.forEach((part, j) => {
    const moved = inParts(part, d, there);
    for (let o = 0; o < shape.outputs; o++) weights.set(moved.subarray(o * d, (o + 1) * d), startOf(shape, o, j));
  });
  return weights;
}

/** Each output's d numbers moved. */
function inParts(part: Float64Array, d: number, move: (w: Float64Array) => Float64Array): Float64Array {
  const moved = new Float64Array(part.length);
  for (let start = 0; start < part.length; start += d)
    moved.set(move(part.subarray(start, start + d) as Float64Array), start);
  return moved;
}
