import { emitWarning, type MatrixLike } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import type { FittedGalu } from '../fitted.ts';
import { assembledOf, createGalu, type TrainedWith } from '../galu.ts';
import { rowWeights } from '../row-weights.ts';
import type { Targets } from '../targets.ts';
import { trainingData } from '../training.ts';
import { fitPaths, type WholeFit } from './fit-paths.ts';
import { foldRows } from './folds.ts';
import { type Measured, measure } from './measure.ts';
import { type CheckedSearch, checkSearchSettings, type SearchSettings } from './settings.ts';
import { WHOLE_TOLERANCE } from './whole.ts';

/** A size and a ridge, and how they did on rows that they weren't trained on. */
export interface SearchScore {
  readonly neurons: number;
  readonly ridge: number;
  /** Mean over folds of the score: R², accuracy, or the share of right signs. */
  readonly mean: number;
  /** Standard error of that mean. */
  readonly standardError: number;
  /** Mean over folds of the held-out loss of a row, that which training makes small. */
  readonly loss: number;
  /** Standard error of that mean. */
  readonly lossError: number;
}

/** What a search found. */
export interface SearchResult {
  /** Sizes × ridges, in the order in which they were given. */
  readonly scores: readonly SearchScore[];
  readonly best: { readonly neurons: number; readonly ridge: number };
  /** Outputs of the best combination for each row, by the network that wasn't trained on it, m × c. */
  readonly predictions: Matrix;
  /** With the fit of all rows, where it was asked for. */
  readonly seconds: number;
}

/** What a search with `refit` found. */
export interface RefittedSearch extends SearchResult {
  /** The best combination trained on all rows: as by `createGalu`, with the logistic and the softmax loss to a relative gradient of 1e-3. */
  readonly model: FittedGalu;
}

/**
 * Cross-validation over sizes and ridges: `createGalu` with the same settings and those of `best` makes the network that was found, and so does `refit: true`, in less time. Of each size, all
 * folds and ridges share their work. A scaling, and gates that come from rows, are learned from all rows of X, but never from targets that are held out; where that won't do, see `galuPath`.
 * @param x m × d, as in `fit`
 * @param y as in `fit`
 * @throws {InputError} in one line, for settings that can't be, data as in `fit`, and paths that take more unknowns or memory than there may be
 * @throws the signal's reason when it is aborted
 */
export async function searchGalu(
  x: MatrixLike,
  y: Targets,
  settings: SearchSettings & { readonly refit: true },
): Promise<RefittedSearch>;
export async function searchGalu(x: MatrixLike, y: Targets, settings: SearchSettings): Promise<SearchResult>;
export async function searchGalu(
  x: MatrixLike,
  y: Targets,
  settings: SearchSettings,
): Promise<SearchResult | RefittedSearch> {
  const checked = checkSearchSettings(settings);
  const start = performance.now();
  const data = trainingData(checked, x, y);
  const weights = rowWeights(data.encoded, data.x.rows, checked);
  const folds = foldRows(checked.folds, data.x.rows, data.encoded, createRandom(checked.seed).split('folds'));
  const scores: SearchScore[] = [];
  const outputs: (readonly Float32Array[])[] = [];
  let whole: WholeFit | undefined;
  await fitPaths({ settings: checked, data, weights, folds }, (neurons, byFold, fitWhole) => {
    const before = scores.length;
    checked.ridges.forEach((ridge, r) => {
      const parts = byFold.map((path) => path[r]!);
      scores.push(
        scoreOf(
          neurons,
          ridge,
          parts.map((part, f) => measure(data, folds[f]!, part)),
        ),
      );
      outputs.push(parts);
    });
    // What isn't the best now never is; only by one standard error a size that was done may yet be chosen.
    if (checked.refit && !checked.oneStandardError && bestOf(scores, checked) >= before) whole = fitWhole;
  });
  const at = bestOf(scores, checked);
  const { neurons, ridge } = scores[at]!;
  const found = { scores, best: { neurons, ridge }, predictions: inOrder(outputs[at]!, folds, data.y) };
  const model = checked.refit && (await modelOf(whole, found.best, { x, y, settings, data, weights, start }));
  return { ...found, seconds: (performance.now() - start) / 1000, ...(model && { model }) };
}

/** What the network of all rows is made of. */
interface Refit extends Pick<TrainedWith, 'data' | 'weights' | 'start'> {
  readonly x: MatrixLike;
  readonly y: Targets;
  readonly settings: SearchSettings;
}

/** The network of all rows: from what the folds were fitted with, or trained by itself. */
async function modelOf(
  whole: WholeFit | undefined,
  best: SearchResult['best'],
  { x, y, settings, ...data }: Refit,
): Promise<FittedGalu> {
  const { neurons: _, ridges: __, folds: ___, by, oneStandardError, refit, onProgress, ...rest } = settings;
  const { onWarning = emitWarning, signal, classWeights, sampleWeights, ...model } = rest;
  if (!whole) {
    return createGalu({ ...model, ...best }).fit(x, y, {
      onWarning,
      ...(signal && { signal }),
      ...(classWeights !== undefined && { classWeights }),
      ...(sampleWeights !== undefined && { sampleWeights }),
    });
  }
  const runtime = settings.runtime ?? (await defaultRuntime());
  return assembledOf([await whole(best.ridge)], {
    ...data,
    settings: { members: 1, tolerance: WHOLE_TOLERANCE },
    runtime,
    onWarning,
  });
}

function scoreOf(neurons: number, ridge: number, folds: readonly Measured[]): SearchScore {
  const [mean, standardError] = meanAndError(folds.map(({ score }) => score));
  const [loss, lossError] = meanAndError(folds.map(({ loss }) => loss));
  return { neurons, ridge, mean, standardError, loss, lossError };
}

function meanAndError(values: readonly number[]): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / (values.length - 1) / values.length)];
}

/** Of combinations that are as good the simplest. */
function bestOf(scores: readonly SearchScore[], { by, oneStandardError }: CheckedSearch): number {
  const badness = (score: SearchScore) => (by === 'loss' ? score.loss : -score.mean);
  const best = scores.reduce((a, b) => (badness(b) < badness(a) ? b : a));
  const slack = oneStandardError ? (by === 'loss' ? best.lossError : best.standardError) : 0;
  const within = scores.filter((score) => badness(score) <= badness(best) + slack);
  const simplest = within.reduce((a, b) =>
    b.neurons < a.neurons || (b.neurons === a.neurons && b.ridge > a.ridge) ? b : a,
  );
  return scores.indexOf(simplest);
}

function inOrder(parts: readonly Float32Array[], folds: readonly Int32Array[], { rows, cols }: Matrix): Matrix {
  const all = createMatrix(rows, cols);
  parts.forEach((part, f) => {
    folds[f]!.forEach((row, i) => {
      all.data.set(part.subarray(i * cols, (i + 1) * cols), row * cols);
    });
  });
  return all;
}
