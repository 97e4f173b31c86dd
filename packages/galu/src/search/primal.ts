import { type Runtime, type Scope, withScope } from '@unbraid/graph';
import type { Solution } from '../problem.ts';
import type { Design, PathSolution } from './design.ts';
import { addMoments, emptyMoments, type Moments, plainMoments } from './moments.ts';
import { compileMoments } from './moments-graph.ts';
import { type NormalEquations, normalEquations } from './normal.ts';
import { compileOutputs, type PathOutputs, plainOutputs } from './outputs.ts';
import { type PathSolver, pathSolver } from './path-solver.ts';
import { tilingOf } from './tiles.ts';

/** Multiplications up to which plain loops are faster than compiling a graph that does them. */
export const PLAIN = 2e7;

/** Fits of a whole path with some rows left out. */
export interface FoldPath {
  /**
   * Solutions of all ridges for the rows that aren't in a fold, and their outputs for the rows that are.
   * @throws the signal's reason when it is aborted
   */
  fold(at: number, signal?: AbortSignal): Promise<FoldSolution>;
  /**
   * The solution of one ridge for all rows, those of the folds too unless there is only one, from what folds were solved with. It outlives the scope of the path, and keeps
   * no more than it needs.
   * @throws the signal's reason when it is aborted
   */
  readonly whole: WholePath;
}

export type WholePath = (ridge: number, signal?: AbortSignal) => Promise<WholeSolution>;

/** Of one ridge. */
export interface WholeSolution extends PathSolution {
  /** 0 where it was solved directly. */
  readonly iterations: number;
  /** Where they were found along with it, as in `Solution`. */
  readonly measured?: Pick<Solution, 'error' | 'gradient'>;
}

/** Of all ridges. */
export interface FoldSolution {
  solutions(): readonly PathSolution[];
  /** Of each ridge, rows of the fold × c */
  readonly outputs: readonly Float64Array[];
}

/** How rows are divided, and what is solved. */
export interface PathPlan {
  /** The rows of each fold; those in none are always trained on. */
  readonly folds: readonly Int32Array[];
  readonly ridges: readonly number[];
  readonly runtime: () => Promise<Runtime>;
}

/**
 * By the normal equations of k·d unknowns: the sums over rows of each fold are taken once for all ridges, and those of the training rows are all less the fold's.
 */
export async function primalPath(scope: Scope, design: Design, plan: PathPlan): Promise<FoldPath> {
  const { x, y, gates, intercept } = design;
  const { folds, ridges, runtime } = plan;
  const p = gates.data.length;
  const tiling = tilingOf(p);
  const [total, parts] = await momentsOf(scope, design, plan);
  const solve = await pathSolver(scope, tiling, runtime);
  const isSmall = x.rows * p * ridges.length * y.cols <= 2 * PLAIN;
  let outputsOf: PathOutputs | undefined;
  const train = emptyMoments(tiling.size, p, y.cols);
  return {
    async fold(at, signal) {
      for (const part of ['gram', 'sums', 'cross', 'targets'] as const) train[part].set(total[part]);
      train.weight = total.weight;
      const part = parts[at];
      if (part) addMoments(train, part, -1);
      const equations = normalEquations(train, { a: design.a, y, intercept }, tiling);
      const solutions = await solutionsOf(equations, solve, ridges, signal);
      outputsOf ??= isSmall
        ? plainOutputs(design)
        : await compileOutputs(scope, design, ridges.length, await runtime());
      return { solutions: () => solutions, outputs: await outputsOf(folds[at]!, solutions) };
    },
    whole: wholeOf(total, design, runtime),
  };
}

/** The solution for the rows of moments. */
const wholeOf =
  (total: Moments, { a, y, intercept }: Design, runtime: PathPlan['runtime']): WholePath =>
  (ridge, signal) =>
    withScope(async (scope) => {
      const tiling = tilingOf(total.sums.length);
      const solve = await pathSolver(scope, tiling, runtime);
      const equations = normalEquations(total, { a, y, intercept }, tiling);
      const [solution] = await solutionsOf(equations, solve, [ridge], signal);
      return { ...solution!, iterations: 0 };
    });

async function solutionsOf(
  equations: NormalEquations,
  solve: PathSolver,
  ridges: readonly number[],
  signal: AbortSignal | undefined,
): Promise<PathSolution[]> {
  const solved = await solve(equations.matrix, equations.right, ridges, signal);
  return solved.map((systems) => {
    const weights = concatenated(systems);
    return { weights, intercept: equations.intercept(weights) };
  });
}

/** Moments of all rows together and of each fold. */
async function momentsOf(scope: Scope, design: Design, { folds, runtime }: PathPlan): Promise<[Moments, Moments[]]> {
  const { x, y, gates } = design;
  const p = gates.data.length;
  const tiling = tilingOf(p);
  // What a single fold holds is not trained on at all.
  const lists = [...(folds.length > 1 ? folds : []), restOf(folds, x.rows)];
  const isSmall = tiling.count === 1 && x.rows * p * p <= 8 * PLAIN;
  const total = emptyMoments(tiling.size, p, y.cols);
  let parts: Moments[];
  if (isSmall) parts = plainMoments(design, lists);
  else {
    const maker = await compileMoments(scope, design, tiling, await runtime());
    parts = [];
    for (const rows of lists) parts.push(await maker.of(rows));
  }
  for (const part of parts) addMoments(total, part, 1);
  return [total, parts.slice(0, -1)];
}

/** Rows in no fold. */
export function restOf(folds: readonly Int32Array[], rows: number): Int32Array {
  const inFold = new Uint8Array(rows);
  for (const fold of folds) for (const row of fold) inFold[row] = 1;
  return Int32Array.from({ length: rows }, (_, i) => i).filter((row) => inFold[row] === 0);
}

export function concatenated(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
