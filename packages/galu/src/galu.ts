import { emitWarning, InputError, type MatrixLike, rareClassNotice, scaleNotice, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import { checkSizes } from './blocks.ts';
import { solveLeastSquares } from './cgls.ts';
import { solveDual } from './dual.ts';
import { type FittedGalu, fitted, type GaluNetwork } from './fitted.ts';
import { bringOffsets, chooseGates, neuronsOf } from './gates/choose.ts';
import { outputWeights } from './gates.ts';
import { fitScaling, type InputMap, mapInputs } from './inputs.ts';
import { stacked } from './members.ts';
import { solveLogistic } from './newton.ts';
import { reportOf, type Trained } from './reports.ts';
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
  const { onWarning = emitWarning, ...options } = checkFitOptions(fitOptions);
  const x = toMatrix('galu: X', given);
  const encoded = taskOf(targets, { rows: x.rows, loss: settings.loss, classes: settings.classes });
  const map = inputMapOf(settings, x);
  checkSizes(
    {
      samples: x.rows,
      dimension: x.cols + Number(map.offset ?? false),
      neurons: neuronsOf(settings.gates, settings.neurons),
      outputs: outputsOf(encoded),
    },
    settings.availableBytes ?? available(),
  );
  const training: Training = {
    settings,
    map,
    z: mapInputs(map, x),
    y: encodeTargets(encoded, settings.loss),
    runtime: settings.runtime ?? (await defaultRuntime()),
    options,
  };
  const start = performance.now();
  const trained: Trained[] = [];
  for (let at = 0; at < settings.members; at++) trained.push(await trainMember(training, at));
  const network: GaluNetwork = {
    ...stacked(trained.map(({ member }) => member)),
    task: encoded.task,
    loss: settings.loss,
    ...map,
    ...(settings.members > 1 && { members: settings.members }),
  };
  const seconds = (performance.now() - start) / 1000;
  const report = await reportOf(trained, network, { ...training, seconds, tolerance: settings.tolerance });
  const warnings = [...report.warnings, ...noticesOf(map.scaling ? undefined : x, encoded)];
  for (const warning of warnings) onWarning(warning);
  return fitted(network, { ...report, warnings }, training.runtime);
}

/** What is learned of X and said about it before gates are chosen; entries that don't apply are left out. */
function inputMapOf({ scale, offset: asked, gates }: CheckedSettings, x: Matrix): InputMap {
  const scaling = scale === false ? undefined : fitScaling(x, scale === true ? 'standardize' : scale);
  const needed = bringOffsets(gates, scaling !== undefined);
  if (needed && asked === false) {
    throw new InputError(
      'setting',
      "galu: offset is false, and these gates have offsets, or get such where X's columns are centred; leave offset out, or give gates without offsets and no scale",
    );
  }
  const offset = asked ?? (needed || scaling !== undefined);
  return { ...(scaling && { scaling }), ...(offset && { offset }) };
}

/** What all members are trained on. */
interface Training {
  readonly settings: CheckedSettings;
  readonly map: InputMap;
  /** Rows as gates and linear parts see them. */
  readonly z: Matrix;
  readonly y: Matrix;
  readonly runtime: Runtime;
  readonly options: Omit<ReturnType<typeof checkFitOptions>, 'onWarning'>;
}

/** Trains one member; the first is the network that there would be without others. */
async function trainMember({ settings, map, z, y, runtime, options }: Training, at: number): Promise<Trained> {
  const { loss, ridge, intercept, precondition, tolerance, targetError, maxIterations } = settings;
  const seed = createRandom(settings.seed);
  const random = at === 0 ? seed : seed.split('member').split(at);
  const context = {
    neurons: settings.neurons,
    map,
    z,
    y,
    random: random.split('gates'),
    runtime,
    signal: options.signal,
  };
  const gates = await chooseGates(settings.gates, context);
  const a = outputWeights(gates.rows, y.cols, random.split('output weights'));
  const method = chooseMethod(settings, z, gates, y.cols);
  const problem = { x: z, y, gates, a, ridge, intercept, precondition };
  const stop = { tolerance, targetError, maxIterations, runtime, ...options };
  const start = performance.now();
  const solution = await (loss === 'logistic'
    ? solveLogistic(problem, stop)
    : method === 'dual'
      ? solveDual(problem, runtime, options.signal)
      : solveLeastSquares(problem, stop));
  const weights = createMatrix(gates.rows, gates.cols, solution.weights);
  const seconds = (performance.now() - start) / 1000;
  return { member: { gates, weights, a, intercept: solution.intercept }, solution, method, seconds };
}

/** What is to be said of the data. */
function noticesOf(x: Matrix | undefined, encoded: Encoded): string[] {
  const rare =
    'labels' in encoded &&
    rareClassNotice('galu: Y', encoded.labels, {
      count: encoded.task.classes,
      names: encoded.task.names?.map(String),
      advice: 'collect more such rows, or look at each class by itself and not at the accuracy of all',
    });
  return [x && scaleNotice('galu: X', x), rare].filter((notice) => typeof notice === 'string');
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
