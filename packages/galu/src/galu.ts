import { emitWarning, InputError, type MatrixLike, scaleNotice, type WarningListener } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { assembled } from './assembled.ts';
import { availableMemory, checkSizes } from './blocks.ts';
import { solveLeastSquares } from './cgls.ts';
import { drawNetwork, neuronsIn, spreadOut } from './draw.ts';
import { solveDual } from './dual.ts';
import type { FitReport, FittedGalu, GaluNetwork } from './fitted.ts';
import { solveLogistic } from './newton.ts';
import { outputsFor } from './predict.ts';
import type { Trained } from './reports.ts';
import { rowWeights } from './row-weights.ts';
import { trainRows } from './rows/fit-rows.ts';
import { isRowSource, type RowSource } from './rows/row-source.ts';
import type { Design } from './search/design.ts';
import { isWorthDirect, solveDirect } from './search/direct.ts';
import {
  type CheckedSettings,
  checkFitOptions,
  checkGaluSettings,
  type FitOptions,
  type GaluSettings,
  iteratesAsUsual,
} from './settings.ts';
import { type ShownIterations, shownIterations } from './shown-iterations.ts';
import { solveSoftmax } from './softmax.ts';
import { type Labels, outputsOf, type Targets } from './targets.ts';
import { type TrainingData, trainingData } from './training.ts';
import type { Weights } from './weights.ts';

/** A GaLU network to be trained. */
export interface Galu {
  /**
   * Trains to the global optimum. Where training ends before it is there, `report.converged` is false and a warning says so; others tell of inputs
   * that aren't scaled and of classes with hardly any rows.
   * @param x m × d: rows of numbers, such as `number[][]`, a matrix, or `{ data, cols }` over any array of numbers; or rows to be read, a block at a time, such as those of `openRows`,
   * once for each iteration and a few times more
   * @param y class labels of the rows, as whole numbers from 0, text or booleans; or a real number each, or several, which for the logistic loss are −1 and 1
   * @throws {InputError} in one line: for X or Y that aren't finite or don't match, labels that leave classes out, sizes below 1, more
   * memory than there is, and numbers that leave the range of float32
   * @throws the signal's reason when it is aborted
   */
  fit(x: MatrixLike | RowSource, y: readonly string[], options?: FitOptions): Promise<FittedGalu<string[]>>;
  fit(x: MatrixLike | RowSource, y: readonly boolean[], options?: FitOptions): Promise<FittedGalu<boolean[]>>;
  fit(
    x: MatrixLike | RowSource,
    y: Exclude<Labels, readonly unknown[]>,
    options?: FitOptions,
  ): Promise<FittedGalu<Int32Array>>;
  fit(
    x: MatrixLike | RowSource,
    y: Float32Array | Float64Array | MatrixLike,
    options?: FitOptions,
  ): Promise<FittedGalu<Matrix>>;
  fit(x: MatrixLike | RowSource, y: Targets, options?: FitOptions): Promise<FittedGalu>;
}

/**
 * A GaLU network to be trained by convex optimization (arXiv 1906.05032).
 * @throws {InputError} in one line, for the first setting that is unknown or can't be
 */
export function createGalu(settings: GaluSettings): Galu {
  const checked = checkGaluSettings(settings);
  return {
    fit: (x: MatrixLike | RowSource, y: Targets, options?: FitOptions) =>
      isRowSource(x) ? trainRows(checked, x, y, options) : train(checked, x, y, options),
  } as Galu;
}

async function train(
  settings: CheckedSettings,
  given: MatrixLike,
  targets: Targets,
  fitOptions: FitOptions = {},
): Promise<FittedGalu> {
  const { onWarning = emitWarning, classWeights, sampleWeights, progress, ...options } = checkFitOptions(fitOptions);
  const shown = shownIterations(progress, settings);
  const data = trainingData(settings, given, targets);
  const { x, encoded, z } = data;
  checkSizes(
    {
      samples: x.rows,
      dimension: z.cols,
      neurons: neuronsIn(settings, outputsOf(encoded)),
      outputs: outputsOf(encoded),
    },
    settings.availableBytes ?? availableMemory(),
  );
  const runtime = settings.runtime ?? (await defaultRuntime());
  const weights = rowWeights(encoded, x.rows, { classWeights, sampleWeights });
  const training: Training = { settings, data, weights, runtime, options, shown };
  const start = performance.now();
  const trained: Trained[] = [];
  for (let at = 0; at < settings.members; at++) trained.push(await trainMember(training, at));
  shown.end();
  return assembledOf(trained, { settings, data, weights, start, runtime, onWarning });
}

/** What members were trained with. */
export interface TrainedWith {
  readonly settings: Pick<CheckedSettings, 'members' | 'tolerance'>;
  readonly data: TrainingData;
  /** How much rows count. */
  readonly weights: Float64Array | undefined;
  /** When training began, ms. */
  readonly start: number;
  readonly runtime: Runtime;
  readonly onWarning: WarningListener;
}

/** The network of members that were trained on rows in memory. */
export function assembledOf(
  trained: readonly Trained[],
  { settings, data, weights, start, runtime, onWarning }: TrainedWith,
): Promise<FittedGalu> {
  const { x, z, y, map, encoded, loss } = data;
  return assembled(trained, {
    settings: { ...settings, loss },
    ...{ map, encoded, y, weights, runtime, onWarning },
    seconds: (performance.now() - start) / 1000,
    notices: map.scaling ? [] : [scaleNotice('galu: X', x)],
    outputs: (network) => outputsFor(unmapped(network), z, { runtime }),
  });
}

/** The network for rows that were mapped before. */
const unmapped = ({ scaling: _, offset: __, ...network }: GaluNetwork): Weights => network;

/** What all members are trained on. */
interface Training {
  readonly settings: CheckedSettings;
  readonly data: TrainingData;
  /** How much rows count. */
  readonly weights: Float64Array | undefined;
  readonly runtime: Runtime;
  readonly options: Pick<ReturnType<typeof checkFitOptions>, 'signal' | 'onIteration'>;
  readonly shown: ShownIterations;
}

/** Trains one member; the first is the network that there would be without others. */
async function trainMember(
  { settings, data, weights, runtime, options, shown }: Training,
  at: number,
): Promise<Trained> {
  const { ridge, intercept, precondition, tolerance, targetError, maxIterations } = settings;
  options.signal?.throwIfAborted();
  const { map, z, y, loss } = data;
  const drawn = await drawNetwork(settings, {
    map,
    z,
    y,
    member: at,
    runtime: async () => runtime,
    signal: options.signal,
  });
  const { gates, a } = spreadOut(drawn, y.cols);
  const design = { x: z, y, ...drawn, intercept, weights };
  const method = chooseMethod(settings, design, options.onIteration !== undefined);
  const problem = { x: z, y, gates, a, ridge, intercept, precondition, ...(weights && { weights }) };
  const onIteration = shown.listener(at, options.onIteration);
  const stop = { tolerance, targetError, maxIterations, runtime, ...options, ...(onIteration && { onIteration }) };
  const start = performance.now();
  const solve = () => {
    if (loss === 'logistic') return solveLogistic(problem, stop);
    if (loss === 'softmax') return solveSoftmax(problem, stop);
    if (method === 'dual') return solveDual(problem, runtime, options.signal);
    if (method === 'direct') return solveDirect(design, ridge, { runtime, ...options });
    return solveLeastSquares(problem, stop);
  };
  const solution = await solve();
  const trained = createMatrix(gates.rows, gates.cols, solution.weights);
  const seconds = (performance.now() - start) / 1000;
  return { member: { gates, weights: trained, a, intercept: solution.intercept }, solution, method, seconds };
}

function chooseMethod(settings: CheckedSettings, design: Design, listens: boolean): FitReport['method'] {
  const { method, loss, ridge } = settings;
  if (design.weights && method === 'dual')
    throw new InputError('setting', 'galu: the dual solver takes no weights of rows; use method direct or primal');
  if (loss !== 'squared') {
    if (method === 'auto' || method === 'primal') return 'primal';
    throw new InputError('setting', `galu: the ${loss} loss has no ${method} solver; use method primal`);
  }
  if (method !== 'auto') return method;
  return ridge > 0 && !listens && iteratesAsUsual(settings) && isWorthDirect(design) ? 'direct' : 'primal';
}
