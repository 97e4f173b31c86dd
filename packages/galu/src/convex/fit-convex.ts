import {
  callback,
  checkSettings,
  count,
  finite,
  given,
  InputError,
  integer,
  type MatrixLike,
  oneOf,
  toMatrix,
} from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import * as z from 'zod';
import { checkMatrix } from '../check-data.ts';
import { gaussianGates } from '../gates.ts';
import { rowProduct } from '../row-product.ts';
import { breather } from '../search/breather.ts';
import { matrixOf } from '../targets.ts';
import { dot } from '../vectors.ts';
import { coneOf } from './cone.ts';
import {
  type ConvexReport,
  type GatedNetwork,
  gatedNetworkOf,
  outputsOf,
  type ReluNetwork,
  reluNetworkOf,
} from './convex-network.ts';
import { decompose } from './decompose.ts';
import { strongest } from './duality-gap.ts';
import { type GatedFeatures, gatedFeatures, rootMeanSquare, usedOf } from './gated-features.ts';
import { gatedGap } from './gated-gap.ts';
import { type ConvexProgress, type GatedOptimum, type SolverOptions, solveGated } from './gated-program.ts';
import { pruned, type SignedWeights, solveRelu } from './relu-program.ts';

/** What a convex network is fitted by. */
export interface ConvexSettings {
  /** λ > 0 of (1/2n) ‖y − N(X)‖² + λ Σ_j ‖w_j‖, which is weight decay: λ/2 times the sum of all squared weights of both layers. */
  readonly penalty: number;
  /**
   * `relu`, the default: the best two-layer ReLU network whose neurons have the patterns of the gates. `gated`: gated ReLU neurons, which may say anything where their gate is open.
   * `decomposed`: the gated network as a ReLU network that says the same on the training rows, each neuron written as the shortest difference of two; much
   * quicker than `relu`, and how far from it `gap` tells.
   */
  readonly method?: 'relu' | 'gated' | 'decomposed';
  /** Gates that are drawn, Gaussian directions. Default 100; more are nearer to all that there are. */
  readonly neurons?: number;
  /** Gates of one's own instead, k × d. */
  readonly gates?: MatrixLike;
  /** The duality gap at which it ends, as a share of ‖y‖² / 2n. Default 1e-6. */
  readonly tolerance?: number;
  /** Of both programs together where `method` is `relu`, which takes one at least for the second. Default 500. */
  readonly maxIterations?: number;
  /** From which gates are drawn. Default 0. */
  readonly seed?: number;
}

/** What fitting takes beside data and settings. */
export interface ConvexOptions {
  /** When aborted, it ends with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told each iteration; awaited. */
  readonly onIteration?: (progress: ConvexProgress) => void | Promise<void>;
}

/** A network at the optimum of a convex program. */
export type ConvexNetwork = (GatedNetwork | ReluNetwork) & {
  readonly report: ConvexReport;
  /** N(x), rows × 1. @throws {InputError} for rows of another length, NaN and infinities */
  readonly predict: (x: MatrixLike) => Matrix;
};

const common = {
  neurons: count().default(100),
  gates: given<MatrixLike>().optional(),
  tolerance: finite({ above: 0 }).default(1e-6),
  maxIterations: count().default(500),
  seed: integer({ min: 0 }).default(0),
};
const schema = z.object({
  penalty: finite({ above: 0 }),
  method: oneOf('relu', 'gated', 'decomposed').default('relu'),
  ...common,
});
const pathSchema = z.object({
  penalties: z.array(finite({ above: 0 }), { error: 'a list of penalties' }).min(1, { error: 'at least one penalty' }),
  ...common,
});
const optionsSchema = z.object({
  signal: given<AbortSignal>().optional(),
  onIteration: callback<(progress: ConvexProgress) => void | Promise<void>>().optional(),
});

/**
 * The global optimum of a two-layer network with one output, by the convex program that it is (Pilanci and Ergen 2020; Mishkin, Sahiner and Pilanci 2022), in double
 * precision, with a duality gap that says how near. There is no bias: append a column of ones to X for one. A step of `relu` factors a matrix whose side is the rows, or the weights of
 * the neurons in use where they are fewer: 6,144 at most.
 * @param x n × d
 * @param y n real targets; for two classes −1 and 1
 * @throws {InputError} in one line, for data and settings that can't be, where no gate has a place in the program, and where rows and weights are too many for `relu`
 * @throws the signal's reason when it is aborted
 */
export async function fitConvex(
  x: MatrixLike,
  y: MatrixLike | Float32Array | Float64Array,
  settings: ConvexSettings,
  options: ConvexOptions = {},
): Promise<ConvexNetwork> {
  const { penalty, method, ...rest } = checkSettings('galu: fitConvex', schema, settings);
  const problem = prepare(x, y, { ...rest, strict: method !== 'gated' }, options);
  const { features, solver } = problem;
  const gated = { features, y: problem.y, penalty: penalty / problem.penaltyUnit };
  const optimum = await solveGated(gated, solver);
  if (method === 'gated') return gatedResult(problem, optimum);
  const first = usedOf(optimum.weights);
  if (method === 'decomposed') return decomposedResult(problem, gated.penalty, optimum, first);
  const { neurons, iterations, ...found } = await solveRelu(
    { ...gated, inside: problem.inside, first },
    after(solver, optimum.iterations),
  );
  const report = { ...found, iterations: optimum.iterations + iterations };
  return withReport(problem, reluNetworkOf(neurons, features.columns, problem.weightUnit), report);
}

/** What `gatedPath` is told. */
export interface GatedPathSettings extends Omit<ConvexSettings, 'penalty' | 'method'> {
  /** λ > 0, in any order. */
  readonly penalties: readonly number[];
}

/**
 * Networks of gated neurons for a list of penalties, in its order: solved from the largest down, each from the one before.
 * @throws as `fitConvex`
 */
export async function gatedPath(
  x: MatrixLike,
  y: MatrixLike | Float32Array | Float64Array,
  settings: GatedPathSettings,
  options: ConvexOptions = {},
): Promise<ConvexNetwork[]> {
  const { penalties, ...rest } = checkSettings('galu: gatedPath', pathSchema, settings);
  const problem = prepare(x, y, { ...rest, strict: false }, options);
  const results = new Map<number, ConvexNetwork>();
  let start: readonly Float64Array[] | undefined;
  for (const penalty of [...new Set(penalties)].sort((a, b) => b - a)) {
    const scaled = penalty / problem.penaltyUnit;
    const optimum = await solveGated(
      { features: problem.features, y: problem.y, penalty: scaled, start },
      problem.solver,
    );
    start = optimum.weights;
    results.set(penalty, gatedResult(problem, optimum));
  }
  return penalties.map((penalty) => results.get(penalty)!);
}

/** The smallest penalty at which no gated neuron is worth its weight, λ = max_j ‖Xᵀ D_j y‖ / n: a path begins there. */
export function largestPenalty(
  x: MatrixLike,
  y: MatrixLike | Float32Array | Float64Array,
  settings: Pick<ConvexSettings, 'neurons' | 'gates' | 'seed'> = {},
): number {
  const checked = checkSettings('galu: largestPenalty', z.object(common), settings);
  const { features, y: targets, penaltyUnit } = prepare(x, y, { ...checked, strict: false }, {});
  const { pulls } = gatedGap(features, { y: targets, residual: targets, norms: 0, penalty: 1 });
  return penaltyUnit * strongest(pulls);
}

/** Data, gates and solver of a program. */
interface Prepared {
  readonly features: GatedFeatures;
  readonly gates: Matrix;
  /** Targets in units in which the mean of their squares is 1, so that nothing depends on those that they came in. */
  readonly y: Float64Array;
  /** What 1 of these units is for objectives, penalties and weights. */
  readonly objectiveUnit: number;
  readonly penaltyUnit: number;
  readonly weightUnit: number;
  /** Each pattern's gate. */
  readonly inside: readonly Float64Array[];
  readonly skipped: number;
  readonly solver: SolverOptions;
}

type Checked = z.infer<z.ZodObject<typeof common>> & {
  /** Leave out gates on which rows lie exactly: their cone has no inside that the gate would show. */
  readonly strict: boolean;
};

function prepare(x: unknown, y: unknown, { strict, ...settings }: Checked, options: ConvexOptions): Prepared {
  const { signal, onIteration } = checkSettings('galu: fitConvex', optionsSchema, options);
  const rows = toMatrix('galu: X', x as MatrixLike);
  checkMatrix('galu: X', rows);
  const targets = matrixOf(y, rows.rows);
  if (targets.cols !== 1 || targets.rows !== rows.rows || rows.rows === 0)
    throw new InputError(
      'data',
      `galu: X has ${rows.rows} rows, Y is ${targets.rows} × ${targets.cols}; a convex program has one output, a target for each row`,
    );
  const all = settings.gates
    ? toMatrix('galu: gates', settings.gates)
    : gaussianGates(settings.neurons, rows.cols, settings.seed);
  checkMatrix('galu: gates', all);
  const gates = strict ? strictGates(rows, all) : all;
  const features = gatedFeatures(rows, gates);
  const inside = Array.from(features.kept, (j) =>
    Float64Array.from(gates.data.subarray(j * gates.cols, (j + 1) * gates.cols)),
  );
  const unit = rootMeanSquare(targets.data);
  const objectiveUnit = unit * unit;
  const pause = breather();
  const turn = async () => {
    signal?.throwIfAborted();
    await pause();
  };
  const told = ({ iteration, objective, gap }: ConvexProgress) =>
    onIteration?.({ iteration, objective: objectiveUnit * objective, gap: objectiveUnit * gap });
  const { tolerance, maxIterations } = settings;
  return {
    ...{ features, gates, inside, objectiveUnit, skipped: all.rows - gates.rows },
    penaltyUnit: features.unit * unit,
    weightUnit: unit / features.unit,
    y: Float64Array.from(targets.data, (value) => value / unit),
    solver: { tolerance, maxIterations, turn, onIteration: told },
  };
}

/** A solver that goes on where another has ended. */
const after = ({ maxIterations, onIteration, ...rest }: SolverOptions, done: number): SolverOptions => ({
  ...rest,
  maxIterations: Math.max(1, maxIterations - done),
  onIteration: (progress) => onIteration?.({ ...progress, iteration: done + progress.iteration }),
});

/** Gates on which no row lies but such of zeros. */
function strictGates(x: Matrix, gates: Matrix): Matrix {
  if (x.cols !== gates.cols) return gates;
  const some = Array.from({ length: x.rows }, (_, i) => i).filter((i) =>
    x.data.subarray(i * x.cols, (i + 1) * x.cols).some((value) => value !== 0),
  );
  const kept: number[] = [];
  for (let j = 0; j < gates.rows; j++) if (some.every((i) => rowProduct(x, i, gates, j) !== 0)) kept.push(j);
  if (kept.length === 0)
    throw new InputError(
      'data',
      `galu: a row of X lies exactly on each of the ${gates.rows} gates, so none has a cone of ReLU neurons; draw Gaussian gates, or use method: 'gated'`,
    );
  const strict = createMatrix(kept.length, gates.cols);
  kept.forEach((j, at) => {
    strict.data.set(gates.data.subarray(j * gates.cols, (j + 1) * gates.cols), at * gates.cols);
  });
  return strict;
}

function gatedResult(problem: Prepared, { weights, ...optimum }: GatedOptimum): ConvexNetwork {
  return withReport(problem, gatedNetworkOf(problem.features, problem.gates, weights, problem.weightUnit), optimum);
}

/** Each gated neuron as the shortest difference of two ReLU neurons. */
async function decomposedResult(
  problem: Prepared,
  penalty: number,
  { weights, iterations }: GatedOptimum,
  used: readonly number[],
): Promise<ConvexNetwork> {
  const { features, y, inside, solver } = problem;
  const neurons: SignedWeights[] = [];
  for (const gate of used) {
    await solver.turn();
    const { v, u } = decompose(coneOf(features, gate), weights[gate]!, inside[gate]!);
    neurons.push({ gate, sign: 1, v }, { gate, sign: -1, v: u });
  }
  const { kept, objective, gap } = pruned({ features, y, penalty }, neurons);
  const converged = gap <= (solver.tolerance * dot(y, y)) / (2 * features.rows);
  return withReport(problem, reluNetworkOf(kept, features.columns, problem.weightUnit), {
    objective,
    gap,
    iterations,
    converged,
  });
}

function withReport(
  { features, skipped, objectiveUnit }: Prepared,
  network: GatedNetwork | ReluNetwork,
  { objective, gap, iterations, converged }: Pick<ConvexReport, 'objective' | 'gap' | 'iterations' | 'converged'>,
): ConvexNetwork {
  const report = {
    ...{ objective: objectiveUnit * objective, gap: objectiveUnit * gap },
    ...{ converged, iterations, patterns: features.open.length, skipped },
  };
  return { ...network, report, predict: (x) => outputsOf(network, x) };
}
