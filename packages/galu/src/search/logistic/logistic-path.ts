import { InputError } from '@unbraid/checks';
import { type Scope, withScope } from '@unbraid/graph';
import { type Design, type PathSolution, systemsOf } from '../design.ts';
import type { FoldPath, PathPlan, WholePath } from '../primal.ts';
import { type Fitted, type Networks, networksOf, type Start } from './networks.ts';
import { sketchOf } from './sketch.ts';

/** Which loss, and how exactly it is minimized. */
export interface LogisticPlan extends PathPlan {
  /** Classes exclude one another (softmax); else each output is a question by itself. */
  readonly exclusive: boolean;
  /** A fit ends where a step promises a smaller share of its objective, or of 0.02 a row where that is more: small losses need no more than that. */
  readonly tolerance: number;
  readonly signal?: AbortSignal | undefined;
}

/** Share of its objective that a step of the fit of all rows has to promise. */
const WHOLE_TOLERANCE = 1e-6;

/**
 * Fits of all ridges with each fold left out, for Σ s ℓ(y, N + b) + λ‖W‖²: all folds at once, since they share gated inputs and the preconditioner, so that a step of all is two products
 * with wide matrices; one ridge after another, from the largest down, each from where the last two point to.
 * @param design targets above 0 are yes, or the class of a row
 * @throws {InputError} for several outputs that share weights
 */
export async function logisticPath(scope: Scope, design: Design, plan: LogisticPlan): Promise<FoldPath> {
  const { y, gates } = design;
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
  const columns = folds.length * classes;
  const networks = await networksOf(scope, { design, sketch, exclusive, folds: folds.length, runtime });
  const many = { targets: networks.targets, masks: masksOf(design, folds), folds: folds.length, classes, exclusive };
  const stop = { tolerance, signal };
  const fits: Fitted[] = [];
  for (const ridge of [...new Set(ridges)].sort((one, other) => other - one)) {
    const zeros = () => ({ v: new Float32Array(gates.data.length * columns), b: biasesOf(many) });
    const from = fits.length === 0 ? zeros() : ahead(fits, ridge);
    fits.push(await networks.fit({ ridge, from, masks: many.masks }, stop));
  }
  const fitOf = (ridge: number) => fits.find((each) => each.ridge === ridge)!;
  return {
    async fold(f) {
      const rows = folds[f]!;
      const outputs = ridges.map((ridge) => {
        const { outputs: all } = fitOf(ridge);
        return Float64Array.from(
          { length: rows.length * classes },
          (_, i) => all[rows[Math.floor(i / classes)]! * columns + f * classes + (i % classes)]!,
        );
      });
      return { outputs, solutions: () => ridges.map((ridge) => solutionOf(fitOf(ridge), columns, classes, f)) };
    },
    whole: wholeOf({ design, sketch, exclusive, folds: 1, runtime }, startsOf(fits, columns, classes)),
  };
}

/** Where fits of all rows begin. */
type Starts = ReadonlyMap<number, Start>;

const startsOf = (fits: readonly Fitted[], columns: number, classes: number): Starts =>
  new Map(
    fits.map(({ ridge, v, b }) => [
      ridge,
      { v: meanOfFolds(v, columns, classes), b: meanOfFolds(b, columns, classes) },
    ]),
  );

/** The fit of all rows for a ridge, from the mean of its folds. */
const wholeOf =
  (of: Networks, starts: Starts): WholePath =>
  (ridge, signal) =>
    withScope(async (scope) => {
      const { design, exclusive } = of;
      const classes = design.y.cols;
      const networks = await networksOf(scope, of);
      const masks = masksOf(design, [new Int32Array(0)]);
      const stop = { tolerance: WHOLE_TOLERANCE, signal };
      const found = await networks.fit({ ridge, from: starts.get(ridge)!, masks }, stop);
      const zeros = new Float32Array(found.v.length);
      const b = biasesOf({ targets: networks.targets, masks, folds: 1, classes, exclusive });
      const first = await networks.measure({ ridge, from: { v: zeros, b }, masks });
      const last = await networks.measure({ ridge, from: found, masks });
      const solution = solutionOf(found, classes, classes, 0);
      if (exclusive) centre(solution.intercept);
      const gradient = first.gradient > 0 ? last.gradient / first.gradient : 0;
      return { ...solution, iterations: found.evaluations, measured: { error: last.error, gradient } };
    });

/** Where the last two ridges point to, by the logarithm of the ridge. */
function ahead(fits: readonly Fitted[], ridge: number): Start {
  const last = fits.at(-1)!;
  const before = fits.at(-2);
  if (!before) return last;
  const share = Math.min(1, Math.log(last.ridge / ridge) / Math.log(before.ridge / last.ridge));
  const on = (now: Float32Array, then: Float32Array) => now.map((value, at) => value + share * (value - then[at]!));
  return { v: on(last.v, before.v), b: on(last.b, before.b) };
}

/** The mean over folds, of each class. */
function meanOfFolds(values: Float32Array, columns: number, classes: number): Float32Array {
  const out = new Float32Array((values.length / columns) * classes);
  values.forEach((value, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    out[row * classes + (column % classes)]! += (value * classes) / columns;
  });
  return out;
}

/** W and b of a fold. */
function solutionOf({ v, shift }: Fitted, columns: number, classes: number, f: number): PathSolution {
  const first = f * classes;
  const p = v.length / columns;
  return {
    weights: Float64Array.from({ length: p * classes }, (_, i) => v[(i % p) * columns + first + Math.floor(i / p)]!),
    intercept: Float64Array.from(shift.subarray(first, first + classes)),
  };
}

/** A constant that is added to all of b changes nothing: its mean becomes 0. */
function centre(b: Float64Array): void {
  const mean = b.reduce((sum, value) => sum + value, 0) / b.length;
  for (let o = 0; o < b.length; o++) b[o]! -= mean;
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
  readonly folds: number;
  readonly classes: number;
  readonly exclusive: boolean;
}

/** b of each column at W = 0: log odds, or the logarithm of the class's share. */
function biasesOf({ masks, targets, folds, classes, exclusive }: Counted): Float32Array {
  const [yes, all] = [new Float64Array(folds * classes), new Float64Array(folds)];
  for (let i = 0; i < masks.length / folds; i++) {
    for (let f = 0; f < folds; f++) {
      const size = masks[i * folds + f]!;
      all[f]! += size;
      for (let o = 0; o < classes; o++) yes[f * classes + o]! += size * targets[i * classes + o]!;
    }
  }
  return Float32Array.from(yes, (count, at) => {
    const share = (count + 0.5) / (all[Math.floor(at / classes)]! + 1);
    return exclusive ? Math.log(share) : Math.log(share / (1 - share));
  });
}
