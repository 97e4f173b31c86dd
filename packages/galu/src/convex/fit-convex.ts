import { checkSettings, type MatrixLike } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { breather } from '../search/breather.ts';
import { dot } from '../vectors.ts';
import { coneOf } from './cone.ts';
import { type ConeGraphs, coneGraphs } from './cone-graphs.ts';
import {
  type ConvexReport,
  type GatedNetwork,
  gatedNetworkOf,
  outputsOf,
  type ReluNetwork,
  reluNetworkOf,
} from './convex-network.ts';
import { type ConvexData, convexData, strictGates } from './convex-problem.ts';
import {
  type ConvexOptions,
  type ConvexSettings,
  fitOptions,
  fitSettings,
  type GatedPathSettings,
  type ProblemSettings,
  pathSettings,
  problemSettings,
} from './convex-settings.ts';
import { decompose } from './decompose.ts';
import { strongest } from './duality-gap.ts';
import { type GatedFeatures, gatedFeatures, usedOf } from './gated-features.ts';
import { gatedGap } from './gated-gap.ts';
import {
  type ConvexProgress,
  type GatedOptimum,
  type GatedSolver,
  gatedSolver,
  type SolverOptions,
} from './gated-program.ts';
import { pruned, type SignedWeights, solveRelu } from './relu-program.ts';
import { signsInLoops, signsOf } from './signs.ts';

/** A network at the optimum of a convex program. */
export type ConvexNetwork = (GatedNetwork | ReluNetwork) & {
  readonly report: ConvexReport;
  /** N(x), rows × c. @throws {InputError} for rows of another length, NaN and infinities */
  readonly predict: (x: MatrixLike) => Matrix;
};

/** Real targets of convex programs: of one output, or rows of several. */
type RealTargets = MatrixLike | Float32Array | Float64Array;

/**
 * The global optimum of a two-layer network, by the convex program that it is (Pilanci and Ergen 2020; Mishkin, Sahiner and Pilanci 2022), in double
 * precision, with a duality gap that says how near. Gated neurons have weights for each output, which are 0 together (the group lasso); ReLU neurons are one output's, as in pyscnn, whose bias, a
 * column of ones that is penalized, this is, too. A step of `relu` factors a matrix whose side is the rows, or the weights of the neurons in use where they are fewer: 6,144 at most.
 * @param x n × d
 * @param y n real targets, or n × c; for two classes −1 and 1
 * @throws {InputError} in one line, for data and settings that can't be, where no gate has a place in the program, and where rows and weights are too many for `relu`
 * @throws the signal's reason when it is aborted
 */
export async function fitConvex(
  x: MatrixLike,
  y: RealTargets,
  settings: ConvexSettings,
  options: ConvexOptions = {},
): Promise<ConvexNetwork> {
  const { penalty, method, ...rest } = checkSettings('galu: fitConvex', fitSettings, settings);
  return withProblem(x, y, { ...rest, isStrict: method !== 'gated' }, options, async (problem, solvers) => {
    const scaled = penalty / problem.penaltyUnit;
    if (method === 'gated') {
      const solve = await solvers.gated(problem.outputs);
      return gatedResult(problem, await solve({ y: problem.y, penalty: scaled }, problem.solver));
    }
    const solve = await solvers.gated(1);
    const fitOne = method === 'relu' ? reluFit : decomposedFit;
    const cones = solvers.cones();
    const parts: Part[] = [];
    for (let o = 0; o < problem.outputs; o++) {
      const done = parts.reduce((sum, { iterations }) => sum + iterations, 0);
      parts.push(await fitOne(problem, { o, penalty: scaled, solve, cones, solver: after(problem.solver, done) }));
    }
    const sum = (of: 'objective' | 'gap' | 'iterations') => parts.reduce((all, part) => all + part[of], 0);
    return withReport(
      problem,
      reluNetworkOf(
        parts.map(({ neurons }) => neurons),
        problem.features.columns,
        problem.weightUnit,
        problem.sides,
      ),
      {
        ...{ objective: sum('objective'), gap: sum('gap'), iterations: sum('iterations') },
        converged: sum('gap') <= problem.enough,
      },
    );
  });
}

/**
 * Networks of gated neurons for a list of penalties, in its order: solved from the largest down, each from the one before.
 * @throws as `fitConvex`
 */
export async function gatedPath(
  x: MatrixLike,
  y: RealTargets,
  settings: GatedPathSettings,
  options: ConvexOptions = {},
): Promise<ConvexNetwork[]> {
  const { penalties, ...rest } = checkSettings('galu: gatedPath', pathSettings, settings);
  return withProblem(x, y, { ...rest, isStrict: false }, options, async (problem, solvers) => {
    const solve = await solvers.gated(problem.outputs);
    const results = new Map<number, ConvexNetwork>();
    let start: readonly Float64Array[] | undefined;
    for (const penalty of [...new Set(penalties)].sort((a, b) => b - a)) {
      const optimum = await solve({ y: problem.y, penalty: penalty / problem.penaltyUnit, start }, problem.solver);
      start = optimum.weights;
      results.set(penalty, gatedResult(problem, optimum));
    }
    return penalties.map((penalty) => results.get(penalty)!);
  });
}

/** The smallest penalty at which no gated neuron is worth its weight, λ = max_j ‖Xᵀ D_j Y‖ / n: a path begins there. @throws {InputError} as `fitConvex` */
export function largestPenalty(
  x: MatrixLike,
  y: RealTargets,
  settings: Pick<ConvexSettings, 'neurons' | 'gates' | 'bias' | 'seed'> = {},
): number {
  const data = convexData(x, y, checkSettings('galu: largestPenalty', problemSettings, settings));
  const features = gatedFeatures(data.x, signsInLoops(data.x, data.gates));
  const { pulls } = gatedGap(features, { rows: data.x.rows, y: data.y, residual: data.y, norms: 0, penalty: 1 });
  return features.unit * data.unit * strongest(pulls);
}

/** Data, gates and solver of a program, and what 1 of its units is for objectives, penalties and weights. */
interface Problem extends ConvexData {
  readonly features: GatedFeatures;
  readonly sides: Pick<GatedNetwork, 'inputs' | 'outputs' | 'bias'>;
  readonly objectiveUnit: number;
  readonly penaltyUnit: number;
  readonly weightUnit: number;
  /** The gap that is enough. */
  readonly enough: number;
  /** Each pattern's gate. */
  readonly inside: readonly Float64Array[];
  readonly skipped: number;
  readonly solver: SolverOptions;
}

/** What solves a problem, compiled when it is asked for. */
interface Solvers {
  readonly gated: (outputs: number) => Promise<GatedSolver>;
  readonly cones: () => ConeGraphs;
}

/** Prepares a problem, and releases at the end what solving it took. */
async function withProblem<T>(
  x: unknown,
  y: unknown,
  { isStrict, ...settings }: ProblemSettings & { readonly isStrict: boolean },
  options: ConvexOptions,
  use: (problem: Problem, solvers: Solvers) => Promise<T>,
): Promise<T> {
  const { signal, runtime: chosen, onIteration } = checkSettings('galu: fitConvex', fitOptions, options);
  const data = convexData(x, y, settings);
  const runtime = chosen ?? (await defaultRuntime());
  const { gates, unit } = data;
  const signs = await signsOf(data.x, gates, runtime);
  const strict = isStrict ? strictGates(data.x, signs) : undefined;
  const features = gatedFeatures(data.x, signs, strict);
  const d = gates.cols;
  const objectiveUnit = unit * unit;
  const pause = breather();
  const turn = async () => {
    signal?.throwIfAborted();
    await pause();
  };
  const told = ({ iteration, objective, gap }: ConvexProgress) =>
    onIteration?.({ iteration, objective: objectiveUnit * objective, gap: objectiveUnit * gap });
  const { tolerance, maxIterations, bias } = settings;
  const problem: Problem = {
    ...data,
    ...{ features, objectiveUnit, skipped: strict ? gates.rows - strict.length : 0 },
    sides: { inputs: d - Number(bias), outputs: data.outputs, bias },
    inside: Array.from(features.kept, (j) => Float64Array.from(gates.data.subarray(j * d, (j + 1) * d))),
    penaltyUnit: features.unit * unit,
    weightUnit: unit / features.unit,
    enough: (tolerance * dot(data.y, data.y)) / (2 * features.rows),
    solver: { tolerance, maxIterations, turn, onIteration: told },
  };
  return withScope((scope) =>
    use(problem, {
      gated: (outputs) => gatedSolver(scope, { features, outputs }, runtime),
      cones: () => coneGraphs(scope, features, runtime),
    }),
  );
}

/** A solver that goes on where another has ended. */
const after = ({ maxIterations, onIteration, ...rest }: SolverOptions, done: number): SolverOptions => ({
  ...rest,
  maxIterations: Math.max(1, maxIterations - done),
  onIteration: (progress) => onIteration?.({ ...progress, iteration: done + progress.iteration }),
});

function gatedResult(problem: Problem, { weights, ...optimum }: GatedOptimum): ConvexNetwork {
  const { features, gates, weightUnit: unit, sides } = problem;
  return withReport(problem, gatedNetworkOf(features, gates, { weights, unit, sides }), optimum);
}

/** An output's neurons. */
interface Part extends Pick<ConvexReport, 'objective' | 'gap' | 'iterations'> {
  readonly neurons: readonly SignedWeights[];
}

/** How an output is fitted. */
interface Fit {
  readonly o: number;
  readonly penalty: number;
  readonly solve: GatedSolver;
  readonly cones: ConeGraphs;
  readonly solver: SolverOptions;
}

const targetsOf = ({ y, features: { rows } }: Problem, o: number): Float64Array =>
  y.subarray(o * rows, (o + 1) * rows) as Float64Array;

async function reluFit(problem: Problem, { o, penalty, solve, cones, solver }: Fit): Promise<Part> {
  const { features, inside } = problem;
  const y = targetsOf(problem, o);
  // What gated neurons use is where ReLU neurons begin, for which a rough answer will do.
  const gated = await solve({ y, penalty }, { ...solver, tolerance: Math.max(ROUGH, solver.tolerance) });
  const program = { features, y, penalty, inside, first: usedOf(gated.weights) };
  const { iterations, ...found } = await solveRelu(program, cones, after(solver, gated.iterations));
  return { ...found, iterations: gated.iterations + iterations };
}

/** The gap at which gated neurons are good enough for ReLU neurons to begin with. */
const ROUGH = 1e-3;

/** Each gated neuron as the shortest difference of two ReLU neurons. */
async function decomposedFit(problem: Problem, { o, penalty, solve, solver }: Fit): Promise<Part> {
  const { features, inside } = problem;
  const y = targetsOf(problem, o);
  const { weights, iterations } = await solve({ y, penalty }, solver);
  const neurons: SignedWeights[] = [];
  for (const gate of usedOf(weights)) {
    await solver.turn();
    const { v, u } = decompose(coneOf(features, gate), weights[gate]!, inside[gate]!);
    neurons.push({ gate, sign: 1, v }, { gate, sign: -1, v: u });
  }
  const { kept, objective, gap } = pruned({ features, y, penalty }, neurons);
  return { neurons: kept, objective, gap, iterations };
}

function withReport(
  { features, skipped, objectiveUnit }: Problem,
  network: GatedNetwork | ReluNetwork,
  { objective, gap, iterations, converged }: Pick<ConvexReport, 'objective' | 'gap' | 'iterations' | 'converged'>,
): ConvexNetwork {
  const report = {
    ...{ objective: objectiveUnit * objective, gap: objectiveUnit * gap },
    ...{ converged, iterations, patterns: features.open.length, skipped },
  };
  return { ...network, report, predict: (x) => outputsOf(network, x) };
}
