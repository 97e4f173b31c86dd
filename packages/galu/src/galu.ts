import { emitWarning, InputError, type MatrixLike, rareClassNotice, scaleNotice, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import { checkSizes } from './blocks.ts';
import { solveLeastSquares } from './cgls.ts';
import { checkMatrix } from './check-data.ts';
import { convergenceOf } from './convergence.ts';
import { solveDual } from './dual.ts';
import { type FittedGalu, fitted } from './fitted.ts';
import { gaussianGates, outputWeights } from './gates.ts';
import { solveLogistic } from './newton.ts';
import {
  type CheckedSettings,
  checkFitOptions,
  checkGaluSettings,
  type FitOptions,
  type GaluSettings,
} from './settings.ts';
import { type Encoded, encodeTargets, type Labels, outputsOf, type Targets, taskOf } from './targets.ts';

/** A GaLU network to be trained. */
export interface Galu {
  /**
   * Trains to the global optimum. Where training ends before it is there, `report.converged` is false and a warning says so; others tell of inputs
   * that aren't scaled and of classes with hardly any rows.
   * @param x m × d: rows of numbers, such as `number[][]`, a matrix, or `{ data, cols }` over any array of numbers
   * @param y class labels of the rows, as whole numbers from 0, text or booleans; or a real number each, or several, which for the logistic loss are −1 and 1
   * @throws {InputError} in one line: for X or Y that aren't finite or don't match, labels that leave classes out, sizes below 1, more
   * memory than there is, and numbers that leave the range of float32
   * @throws the signal's reason when it is aborted
   */
  fit(x: MatrixLike, y: readonly string[], options?: FitOptions): Promise<FittedGalu<string[]>>;
  fit(x: MatrixLike, y: readonly boolean[], options?: FitOptions): Promise<FittedGalu<boolean[]>>;
  fit(x: MatrixLike, y: Exclude<Labels, readonly unknown[]>, options?: FitOptions): Promise<FittedGalu<Int32Array>>;
  fit(x: MatrixLike, y: Float32Array | Float64Array | MatrixLike, options?: FitOptions): Promise<FittedGalu<Matrix>>;
  fit(x: MatrixLike, y: Targets, options?: FitOptions): Promise<FittedGalu>;
}

const available = (): number =>
  (globalThis as { process?: { availableMemory?: () => number } }).process?.availableMemory?.() ?? 2 ** 32;

/**
 * A GaLU network to be trained by convex optimization (arXiv 1906.05032).
 * @throws {InputError} in one line, for the first setting that is unknown or can't be
 */
export function createGalu(settings: GaluSettings): Galu {
  const checked = checkGaluSettings(settings);
  return { fit: (x: MatrixLike, y: Targets, options?: FitOptions) => train(checked, x, y, options) } as Galu;
}

async function train(
  settings: CheckedSettings,
  given: MatrixLike,
  targets: Targets,
  fitOptions: FitOptions = {},
): Promise<FittedGalu> {
  const { loss, ridge, intercept, precondition, tolerance, targetError, maxIterations } = settings;
  const { onWarning = emitWarning, ...options } = checkFitOptions(fitOptions);
  const x = toMatrix('galu: X', given);
  const encoded = taskOf(targets, { rows: x.rows, loss, classes: settings.classes });
  const { task } = encoded;
  const outputs = outputsOf(encoded);
  const random = createRandom(settings.seed);
  const gates = chooseGates(settings, x.cols, random.split('gates'));
  checkSizes(
    { samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs },
    settings.availableBytes ?? available(),
  );
  const y = encodeTargets(encoded, loss);
  const a = outputWeights(gates.rows, outputs, random.split('output weights'));
  const runtime = settings.runtime ?? (await defaultRuntime());
  const method = chooseMethod(settings, x, gates, outputs);
  const problem = { x, y, gates, a, ridge, intercept, precondition };
  const stop = { tolerance, targetError, maxIterations, runtime, ...options };
  const start = performance.now();
  const solution = await (loss === 'logistic'
    ? solveLogistic(problem, stop)
    : method === 'dual'
      ? solveDual(problem, runtime, options.signal)
      : solveLeastSquares(problem, stop));
  const { weights, intercept: b, ...ended } = solution;
  const { converged, warnings: unfinished } = convergenceOf(solution, tolerance);
  const warnings = [...unfinished, ...noticesOf(x, encoded)];
  for (const warning of warnings) onWarning(warning);
  const network = {
    gates,
    a,
    task,
    loss,
    weights: createMatrix(gates.rows, gates.cols, weights),
    intercept: b,
  };
  const seconds = (performance.now() - start) / 1000;
  return fitted(network, { ...ended, converged, warnings, method, seconds }, runtime);
}

/** What is to be said of the data. */
function noticesOf(x: Matrix, encoded: Encoded): string[] {
  const rare =
    'labels' in encoded &&
    rareClassNotice('galu: Y', encoded.labels, {
      count: encoded.task.classes,
      names: encoded.task.names?.map(String),
      advice: 'collect more such rows, or look at each class by itself and not at the accuracy of all',
    });
  return [scaleNotice('galu: X', x), rare].filter((notice) => typeof notice === 'string');
}

function chooseGates(
  { gates, neurons }: CheckedSettings,
  dimension: number,
  random: ReturnType<typeof createRandom>,
): Matrix {
  if (gates === 'gaussian') {
    if (neurons === undefined)
      throw new InputError('setting', 'galu: neurons (k) is missing; give their number, or gates');
    return gaussianGates(neurons, dimension, random);
  }
  checkMatrix('galu: gates', gates);
  if (gates.cols !== dimension || (neurons !== undefined && neurons !== gates.rows)) {
    throw new InputError(
      'data',
      `galu: the gates are ${gates.rows} × ${gates.cols}, X has ${dimension} columns${neurons === undefined ? '' : ` and neurons is ${neurons}`}; they must agree`,
    );
  }
  return gates;
}

const DUAL_ROWS = 2000;

function chooseMethod(
  { method, loss, ridge }: CheckedSettings,
  x: Matrix,
  gates: Matrix,
  outputs: number,
): 'primal' | 'dual' {
  if (loss === 'logistic') {
    if (method === 'dual')
      throw new InputError('setting', 'galu: the logistic loss has no dual solver; use method primal');
    return 'primal';
  }
  if (method !== 'auto') return method;
  return outputs === 1 && ridge > 0 && x.rows <= DUAL_ROWS && gates.data.length > 2 * x.rows ? 'dual' : 'primal';
}
