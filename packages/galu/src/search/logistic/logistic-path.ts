import { InputError } from '@unbraid/checks';
import type { Scope } from '@unbraid/graph';
import { type Design, type PathSolution, systemsOf } from '../design.ts';
import type { FoldPath, FoldSolution, PathPlan } from '../primal.ts';
import { minimizeMany } from './minimize-many.ts';
import { CURVATURE, compileObjective } from './objective.ts';
import { sketchOf } from './sketch.ts';

/** Which loss, and how exactly it is minimized. */
export interface LogisticPlan extends PathPlan {
  /** Classes exclude one another (softmax); else each output is a question by itself. */
  readonly exclusive: boolean;
  /** A fit ends where a step promises a smaller share of its objective, or of 0.02 a row where that is more: small losses need no more than that. */
  readonly tolerance: number;
  readonly signal?: AbortSignal | undefined;
}

const MAX_EVALUATIONS = 150;
const LOSS_FLOOR = 0.02;

/**
 * Fits of all ridges with each fold left out, for Σ s ℓ(y, N + b) + λ‖W‖²: all of them at once, since they share gated inputs, gates and the preconditioner; a step of all is two products with
 * wide matrices.
 * @param design targets above 0 are yes, or the class of a row
 * @throws {InputError} for several outputs that share weights
 */
export async function logisticPath(scope: Scope, design: Design, plan: LogisticPlan): Promise<FoldPath> {
  const { x, y, gates, intercept } = design;
  const { folds, ridges, exclusive, tolerance, signal } = plan;
  const classes = y.cols;
  if (systemsOf(design) !== classes) {
    throw new InputError(
      'setting',
      'galu: a search with the logistic or the softmax loss takes separate: true for several outputs',
    );
  }
  const runtime = await plan.runtime();
  const sketch = await sketchOf(design, runtime);
  const p = gates.data.length;
  const columns = ridges.length * folds.length * classes;
  const masks = masksOf(design, folds);
  const many = {
    ...{ ...design, sketch, exclusive, classes, masks },
    ridges: ridges.length,
    folds: folds.length,
    targets: Float32Array.from(y.data, (value) => (value > 0 ? 1 : 0)),
    shrinkage: Float32Array.from({ length: columns }, (_, j) => 2 * ridges[Math.floor(j / (folds.length * classes))]!),
  };
  const objective = await compileObjective(scope, many, runtime);
  // An unknown b is scaled to a curvature of about 1, as the others are.
  const unit = 1 / Math.sqrt(CURVATURE * x.rows);
  const columnsEach = exclusive ? classes : 1;
  const functions = {
    unknowns: p + 1,
    columns,
    columnsEach,
    async evaluate(theta: Float32Array) {
      const [main, last] = [theta.subarray(0, p * columns), theta.subarray(p * columns)];
      const evaluated = await objective(
        main,
        last.map((value) => value * unit),
      );
      const gradient = evaluated.gradient.slice();
      for (let at = p * columns; at < gradient.length; at++) gradient[at]! *= unit;
      return { ...evaluated, gradient };
    },
  };
  const start = new Float32Array((p + 1) * columns);
  if (intercept) {
    start.set(
      biasesOf(many).map((value) => value / unit),
      p * columns,
    );
  }
  const { theta } = await minimizeMany(functions, start, {
    tolerance,
    floor: LOSS_FLOOR * x.rows,
    maxEvaluations: MAX_EVALUATIONS,
    signal,
  });
  const last = await functions.evaluate(theta);
  const [s, v, shift] = [last.outputs.slice(), last.v.slice(), last.shift.slice()];
  const at = (r: number, f: number) => (r * folds.length + f) * classes;
  return {
    async fold(f): Promise<FoldSolution> {
      const rows = folds[f]!;
      const outputs = ridges.map((_, r) =>
        Float64Array.from(
          { length: rows.length * classes },
          (_, i) => s[rows[Math.floor(i / classes)]! * columns + at(r, f) + (i % classes)]!,
        ),
      );
      const solutions = (): PathSolution[] =>
        ridges.map((_, r) => ({
          weights: Float64Array.from(
            { length: p * classes },
            (_, i) => v[(i % p) * columns + at(r, f) + Math.floor(i / p)]!,
          ),
          intercept: Float64Array.from({ length: classes }, (_, o) => shift[at(r, f) + o]!),
        }));
      return { outputs, solutions };
    },
  };
}

/** How much rows count where a fold is left out, m × folds. */
function masksOf({ x, weights }: Design, folds: readonly Int32Array[]): Float32Array {
  const masks = new Float32Array(x.rows * folds.length);
  for (let i = 0; i < x.rows; i++) masks.fill(weights ? weights[i]! : 1, i * folds.length, (i + 1) * folds.length);
  folds.forEach((rows, f) => {
    for (const row of rows) masks[row * folds.length + f] = 0;
  });
  return masks;
}

interface Counted {
  readonly masks: Float32Array;
  readonly targets: Float32Array;
  readonly ridges: number;
  readonly folds: number;
  readonly classes: number;
  readonly exclusive: boolean;
}

/** b of each column at W = 0: log odds, or the logarithm of the class's share. */
function biasesOf({ masks, targets, ridges, folds, classes, exclusive }: Counted): Float32Array {
  const [yes, all] = [new Float64Array(folds * classes), new Float64Array(folds)];
  for (let i = 0; i < masks.length / folds; i++) {
    for (let f = 0; f < folds; f++) {
      const size = masks[i * folds + f]!;
      all[f]! += size;
      for (let o = 0; o < classes; o++) yes[f * classes + o]! += size * targets[i * classes + o]!;
    }
  }
  const of = (at: number) => {
    const share = (yes[at]! + 0.5) / (all[Math.floor(at / classes)]! + 1);
    return exclusive ? Math.log(share) : Math.log(share / (1 - share));
  };
  return Float32Array.from({ length: ridges * folds * classes }, (_, j) => of(j % (folds * classes)));
}
