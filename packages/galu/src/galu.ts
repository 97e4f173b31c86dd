import { checkFinite, createMatrix, type Matrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { defaultRuntime } from '@unbraid/nn';
import { checkSizes } from './blocks.ts';
import { type IterationListener, type Solution, solveLeastSquares } from './cgls.ts';
import { solveDual } from './dual.ts';
import { gaussianGates, outputWeights } from './gates.ts';
import { solveLogistic } from './newton.ts';
import { predictOutputs } from './predict.ts';
import { accuracy, classesOf, determination, encodeTargets, type Targets, type Task } from './targets.ts';

/** A GaLU network N(x) = Σ_j A_j 1{u_j·x ≥ 0} (w_j·x). */
export interface GaluNetwork {
  /** U, k × d: fixed */
  readonly gates: Matrix;
  /** W, k × d: trained */
  readonly weights: Matrix;
  /** A, k × c: fixed */
  readonly a: Matrix;
  readonly task: Task;
}

export interface GaluSettings {
  /** k; with given gates it may be left out */
  readonly neurons?: number;
  /** Gaussian directions drawn from the seed, or a k × d matrix, such as the hidden weights of a trained ReLU network. */
  readonly gates?: 'gaussian' | Matrix;
  readonly loss?: 'squared' | 'logistic';
  /** λ ≥ 0 of the penalty λ‖W‖², beside the loss summed over rows */
  readonly ridge?: number;
  /**
   * `primal` iterates on W; `dual` (squared loss) solves in the m × m kernel. `auto` takes the dual where the kernel is the smaller
   * problem by far: one output, up to 2,000 rows with k·d more than twice as many, and a ridge.
   */
  readonly method?: 'auto' | 'primal' | 'dual';
  /** Precondition the squared loss's iteration; true by default, see `LeastSquares`. */
  readonly precondition?: boolean;
  /** Relative gradient at which training ends; 1e-6 by default. */
  readonly tolerance?: number;
  /** Training error (mean of the summed squares, or the mean logistic loss) at which training ends; 0 by default. */
  readonly targetError?: number;
  readonly maxIterations?: number;
  /** Whole number from which gates and output weights are drawn; 0 by default. */
  readonly seed?: number;
  /** By default ONNX Runtime for Node on all cores. */
  readonly runtime?: Runtime;
  /** Memory that training may take beside X and Y, in bytes; by default what the system has to give. */
  readonly availableBytes?: number;
}

export interface FitOptions {
  readonly signal?: AbortSignal;
  readonly onIteration?: IterationListener;
}

export interface FittedGalu {
  readonly network: GaluNetwork;
  readonly report: Omit<Solution, 'weights'> & { readonly method: 'primal' | 'dual'; readonly seconds: number };
  /** Outputs, rows × c, for inputs rows × d. */
  predict(x: Matrix): Promise<Matrix>;
  /** Classes of rows, for a network that was given labels. */
  classify(x: Matrix): Promise<Int32Array>;
  /** Accuracy in [0, 1] for labels, R² for real targets. */
  score(x: Matrix, y: Targets): Promise<number>;
}

export interface Galu {
  /**
   * Trains to the global optimum.
   * @throws {Error} for X or Y with NaN or infinite entries, rows that don't match, or labels that aren't classes
   * @throws {RangeError} for sizes below 1, or more memory than there is
   */
  fit(x: Matrix, y: Targets, options?: FitOptions): Promise<FittedGalu>;
}

const available = (): number =>
  (globalThis as { process?: { availableMemory?: () => number } }).process?.availableMemory?.() ?? 2 ** 32;

/** A GaLU network to be trained by convex optimization (arXiv 1906.05032). */
export function createGalu(settings: GaluSettings): Galu {
  const { loss = 'squared', ridge = 0, seed = 0, precondition = true } = settings;
  if (!(ridge >= 0 && Number.isFinite(ridge)))
    throw new RangeError(`galu: ridge is ${ridge}; a number of at least 0 is needed`);
  return {
    async fit(x, targets, options = {}) {
      checkFinite('galu: X', x);
      const { task, y } = encodeTargets(targets, x.rows, loss);
      const random = createRandom(seed);
      const gates = chooseGates(settings, x.cols, random.split('gates'));
      checkSizes(
        { samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs: y.cols },
        settings.availableBytes ?? available(),
      );
      const a = outputWeights(gates.rows, y.cols, random.split('output weights'));
      const runtime = settings.runtime ?? (await defaultRuntime());
      const method = chooseMethod(settings, x, gates, y.cols);
      const stop = {
        tolerance: settings.tolerance ?? 1e-6,
        targetError: settings.targetError ?? 0,
        maxIterations: settings.maxIterations ?? 1000,
        ...options,
      };
      const solve = loss === 'logistic' ? solveLogistic : method === 'dual' ? solveDual : solveLeastSquares;
      const start = performance.now();
      const { weights, ...report } = await solve({ x, y, gates, a, ridge, precondition }, runtime, stop);
      const network = { gates, a, task, weights: createMatrix(gates.rows, gates.cols, weights) };
      return fitted(network, { ...report, method, seconds: (performance.now() - start) / 1000 }, runtime);
    },
  };
}

/** A trained network with its verbs; also for networks that were loaded from a file. */
export function fitted(network: GaluNetwork, report: FittedGalu['report'], runtime: Runtime): FittedGalu {
  const predict = (x: Matrix) => predictOutputs(network, x, runtime);
  return {
    network,
    report,
    predict,
    classify: async (x) => classesOf(await predict(x)),
    async score(x, y) {
      if (network.task.kind === 'classification') {
        if (!(y instanceof Int32Array))
          throw new Error('galu: this network was trained on labels; score it with an Int32Array of labels');
        return accuracy(classesOf(await predict(x)), y);
      }
      return determination(await predict(x), encodeTargets(y, x.rows, 'squared').y);
    },
  };
}

function chooseGates(
  { gates = 'gaussian', neurons }: GaluSettings,
  dimension: number,
  random: ReturnType<typeof createRandom>,
): Matrix {
  if (gates === 'gaussian') {
    if (neurons === undefined) throw new RangeError('galu: neurons (k) is missing; give their number, or gates');
    return gaussianGates(neurons, dimension, random);
  }
  if (gates.cols !== dimension || (neurons !== undefined && neurons !== gates.rows)) {
    throw new RangeError(
      `galu: the gates are ${gates.rows} × ${gates.cols}, X has ${dimension} columns${neurons === undefined ? '' : ` and neurons is ${neurons}`}; they must agree`,
    );
  }
  checkFinite('galu: gates', gates);
  return gates;
}

const DUAL_ROWS = 2000;

function chooseMethod(
  { method = 'auto', loss, ridge = 0 }: GaluSettings,
  x: Matrix,
  gates: Matrix,
  outputs: number,
): 'primal' | 'dual' {
  if (loss === 'logistic') {
    if (method === 'dual') throw new RangeError('galu: the logistic loss has no dual solver; use method primal');
    return 'primal';
  }
  if (method !== 'auto') return method;
  return outputs === 1 && ridge > 0 && x.rows <= DUAL_ROWS && gates.data.length > 2 * x.rows ? 'dual' : 'primal';
}
