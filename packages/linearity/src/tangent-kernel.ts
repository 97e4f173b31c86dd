import { checkSettings, InputError, integer, type MatrixLike, oneOf } from '@unbraid/checks';
import { createMatrix, type Matrix, matrixRow } from '@unbraid/data';
import {
  CompileError,
  input,
  leavesOf,
  mapTree,
  mul,
  type Runtime,
  reduceSum,
  sizeOf,
  type Tensor,
} from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { type AnyModel, applyModel, type ParamSpec } from '@unbraid/nn';
import { object } from 'zod';
import { checkKernel, checkParams, inputsOf, rejectVanishing } from './check.ts';
import { beyondGram } from './gram-kernel.ts';
import { FEWEST_ROWS, jacobianKernel } from './jacobian-kernel.ts';
import { shared } from './options.ts';
import { structuredPaths } from './row-jacobian.ts';
import { runGram } from './run-gram.ts';
import { isSameAlone } from './same-alone.ts';
import type { TangentPoint } from './tangent-point.ts';
import { trainableOnly } from './trainable.ts';

/** What `tangentKernel` takes beside the point and the inputs. */
export interface KernelOptions {
  /**
   * `auto` takes Gram matrices for dense layers and the Jacobian for what is left; `jacobian` takes it for everything; `alone` does so, too, and applies the
   * model to each row as a batch of its own, whatever rows would do to each other in one: for models that take one row, or that can't be read.
   */
  readonly method?: Method;
  /**
   * `each`, the default, for the kernel of all outputs, [n · c, n' · c]; `sum` for the pseudo-kernel, [n, n'], of their sum over √c (Mohamadi, Bae and
   * Sutherland 2023), which costs one output's backward pass. It comes near to each output's own kernel as the width grows, and is none of them.
   */
  readonly outputs?: 'each' | 'sum';
  /** Inputs on which the error is measured in float64, where the runtime has it; 0 to estimate it. Default 4. */
  readonly sampledRows?: number;
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
}

/** A kernel between rows of inputs: entry (i · c + k, j · c + l) belongs to outputs k and l of inputs i and j. */
export interface Kernel {
  readonly kernel: Matrix;
  /** ‖error‖_F / ‖K‖_F, by rounding; `errorKind` says where it comes from. */
  readonly relativeError: number;
  /** `measured`: against the same in float64, on some of the inputs; `estimated`: √length · 2⁻²⁴ for sums of that length. */
  readonly errorKind: 'measured' | 'estimated';
}

/** The tangent kernel, and how it was computed. */
export interface TangentKernel extends Kernel {
  /** The parameters that came from the Jacobian, by path; for all others it was never formed. */
  readonly jacobianPaths: readonly string[];
  /**
   * The operator in which rows of inputs meet, as those of a batch do where its mean is subtracted; undefined where outputs of a row depend on
   * that row alone. Where they meet, entries are derivatives of a row's outputs in the whole batch `x`, or `z`, and all come from the Jacobian.
   */
  readonly meeting: string | undefined;
}

type Method = 'auto' | 'jacobian' | 'alone';

const settings = object({
  method: oneOf('auto', 'jacobian', 'alone').default('auto'),
  outputs: oneOf('each', 'sum').default('each'),
  sampledRows: integer({ min: 0 }).default(4),
  ...shared,
});

const ROUNDING = 2 ** -24;

/**
 * The tangent kernel K(x, z) = ∇f(w; x) · ∇f(w; z) of a model whose outputs are `[rows, c]`, over all parameters that are trained. For those of
 * dense layers it is a sum of Hadamard products of Gram matrices: n² · width multiply-adds, and nothing of the size of n × parameters
 * (Novak, Sohl-Dickstein and Schoenholz 2022, section 3.2). For others, and for all where rows of a batch depend on each other, it is J Jᵀ in blocks of
 * rows; whether they do is read off the model's graph. Parameters that the model marks as not trained (`fixedParam`), such as batch normalization's moving
 * mean and variance, count nowhere.
 * @param xs n × d: a matrix, or rows of numbers
 * @param zs n' × d; `xs` where it is left out
 * @throws {InputError} for settings, parameters or inputs that don't fit, an input of norm 0, or a kernel that overflows float32
 */
export async function tangentKernel(
  { model: whole, params: all }: TangentPoint,
  xs: MatrixLike,
  zs: MatrixLike = xs,
  options: KernelOptions = {},
): Promise<TangentKernel> {
  const checked = checkSettings('linearity: tangentKernel', settings, options);
  const { method, sampledRows, signal, runtime: chosen } = checked;
  checkParams(whole, all);
  const x = inputsOf('x', xs);
  const z = zs === xs ? x : inputsOf('z', zs);
  if (z.cols !== x.cols) {
    throw new InputError('data', `linearity: x has ${x.cols} columns and z has ${z.cols}; they must agree`);
  }
  const runtime = chosen ?? (await defaultRuntime());
  const own = trainableOnly(whole, all);
  const point = checked.outputs === 'sum' ? { ...own, model: summed(own.model) } : own;
  const { model, params } = point;
  const { outputs, meeting, jacobianPaths, structured, joined, together, isWhole } = plan(point, x, z, method);
  const kernel =
    isWhole && joined.length === 0
      ? createMatrix(x.rows * outputs, z.rows * outputs)
      : await oneGraphKernel(point, { x, z, paths: joined }, runtime);
  const left = joined.length > 0 ? [] : jacobianPaths;
  for (const [paths, isStructured] of [
    [left.filter((path) => structured.has(path)), true],
    [left.filter((path) => !structured.has(path)), false],
  ] as const) {
    if (paths.length === 0) continue;
    const problem = { model, params, x, z, outputs, paths, together, structured: isStructured, signal };
    const rest = await jacobianKernel(problem, runtime);
    rest.data.forEach((value, i) => {
      kernel.data[i]! += value;
    });
  }
  checkKernel('the tangent kernel', kernel);
  const isZero = (value: number) => value === 0;
  rejectVanishing('x', x, (i) => block(kernel, i, outputs).every(isZero));
  if (z !== x) rejectVanishing('z', z, (j) => block(transposed(kernel), j, outputs).every(isZero));
  const sampled = jacobianPaths.length > 0 ? 0 : sampledRows;
  return { kernel, jacobianPaths, meeting, ...(await errorOf(point, kernel, { x, z, outputs, sampled }, runtime)) };
}

/** Σ_k f_k / √c, `[rows, 1]`. */
const summed = (model: AnyModel): AnyModel => ({
  params: model.params,
  apply(params: never, x: Tensor) {
    const y = applyModel(model, params, x);
    return mul(reduceSum(y, { axes: [1], keepDims: true }), 1 / Math.sqrt(y.shape[1]!));
  },
});

/** The rows of a kernel that belong to one input. */
const block = ({ data, cols }: Matrix, input: number, outputs: number): Float32Array =>
  data.subarray(input * outputs * cols, (input + 1) * outputs * cols);

const transposed = ({ data, rows, cols }: Matrix): Matrix =>
  createMatrix(
    cols,
    rows,
    data.map((_, at) => data[(at % rows) * cols + Math.floor(at / rows)]!),
  );

/** How the kernel of `x` and `z` is computed. */
interface Plan {
  /** c */
  readonly outputs: number;
  readonly meeting: string | undefined;
  /** Parameters that take the Jacobian, and whether those are all. */
  readonly jacobianPaths: readonly string[];
  readonly isWhole: boolean;
  /** Of these, those by which a block of rows has its gradients at once. */
  readonly structured: ReadonlySet<string>;
  /** These parameters, where all are structured and few enough of their derivatives are there that one graph makes the whole kernel. */
  readonly joined: readonly string[];
  /** Whether its rows are taken in their batch. */
  readonly together: boolean;
}

function plan({ model }: TangentPoint, x: Matrix, z: Matrix, method: Method): Plan {
  const all: string[] = [];
  const params = mapTree<unknown, Tensor>(model.params, ({ shape, dtype }, path) => {
    all.push(path);
    return input(path, shape, dtype);
  }) as Tensor;
  const batchOf = (rows: number) => input('x', [rows, x.cols], 'float32');
  const isAlone = method === 'alone';
  const rowsOf = isAlone ? [1] : z === x ? [x.rows] : [x.rows, z.rows];
  const batches = rowsOf.map(batchOf);
  const applied = batches.map((batch) => applyModel(model, params, batch));
  const { shape } = applied[0]!;
  if (shape.length !== 2 || shape[0] !== rowsOf[0]) {
    throw new InputError(
      'model',
      `linearity: the model gives [${shape.join(', ')}] for ${rowsOf[0]} rows; [rows, c] is needed`,
    );
  }
  const beyond = applied.map((y, i) => beyondGram(y, params, batches[i]!));
  const meeting = beyond.map((each) => each.meeting).find((name) => name !== undefined);
  const jacobianPaths = method !== 'auto' || meeting !== undefined ? all : beyond[0]!.rest;
  const together =
    meeting !== undefined ||
    (!isAlone && jacobianPaths.length > 0 && !applied.every((y) => isSameAlone(model, params, batchOf(1), y)));
  const isApart = !together && !isAlone && Math.max(x.rows, z.rows) > 1;
  const outputs = shape[1]!;
  const structured: ReadonlySet<string> =
    isApart && jacobianPaths.length > 0 ? structuredPaths(model, x.cols) : new Set();
  const isJoined =
    method === 'auto' && Math.min(x.rows, z.rows) > 1 && jacobianPaths.every((path) => structured.has(path));
  return {
    outputs,
    meeting,
    jacobianPaths,
    isWhole: jacobianPaths.length === all.length,
    structured,
    joined: isJoined && fitsOneGraph(jacobianPaths, model, outputs * Math.max(x.rows, z.rows)) ? jacobianPaths : [],
    together,
  };
}

/** What the Jacobian of a kernel that one graph makes may take. */
const JOINED_BYTES = 2 ** 28;

/**
 * Whether one graph makes the kernel: where it has no more rows than a block, of which the patches under filters take no more memory then. Larger ones save
 * half of the work by blocks where they are symmetric.
 * @param rows of the kernel
 */
function fitsOneGraph(paths: readonly string[], { params }: AnyModel, rows: number): boolean {
  const width = leavesOf<ParamSpec>(params)
    .filter(({ path }) => paths.includes(path))
    .reduce((sum, { value }) => sum + sizeOf(value.shape), 0);
  return rows <= FEWEST_ROWS && 4 * rows * width <= JOINED_BYTES;
}

/** Of dense layers, and of the structured parameters at `paths`. */
async function oneGraphKernel(
  { model, params }: TangentPoint,
  { x, z, paths }: { readonly x: Matrix; readonly z: Matrix; readonly paths: readonly string[] },
  runtime: Runtime,
): Promise<Matrix> {
  const values = { params, x: x.data, z: z.data };
  const { data, rows, cols } = await runGram(model, values, { x, z, dtype: 'float32', paths }, runtime);
  return createMatrix(rows, cols, data as Float32Array);
}

interface ErrorSample {
  readonly x: Matrix;
  readonly z: Matrix;
  readonly outputs: number;
  readonly sampled: number;
}

async function errorOf(
  point: TangentPoint,
  kernel: Matrix,
  sample: ErrorSample,
  runtime: Runtime,
): Promise<Pick<Kernel, 'relativeError' | 'errorKind'>> {
  // Rounding of a sum grows as the square root of its length (Higham and Mary 2019); none is longer than the parameters.
  const estimated = { relativeError: Math.sqrt(point.params.length) * ROUNDING, errorKind: 'estimated' } as const;
  if (sample.sampled === 0) return estimated;
  try {
    return { relativeError: await measureError(point, kernel, sample, runtime), errorKind: 'measured' };
  } catch (error) {
    // ONNX Runtime has some operators, such as Erf, in float32 alone.
    if (error instanceof CompileError) return estimated;
    throw error;
  }
}

/** The difference to the kernel in float64 of the first inputs, relative. */
async function measureError(
  { model, params }: TangentPoint,
  kernel: Matrix,
  { x, z, outputs, sampled }: ErrorSample,
  runtime: Runtime,
): Promise<number> {
  const few = ({ data, rows, cols }: Matrix) => {
    const count = Math.min(sampled, rows);
    return createMatrix(count, cols, data.subarray(0, count * cols));
  };
  const sampledX = few(x);
  const sampledZ = z === x ? sampledX : few(z);
  const [p, a, b] = [params, sampledX.data, sampledZ.data].map((values) => Float64Array.from(values));
  const sizes = { x: sampledX, z: sampledZ, dtype: 'float64' as const };
  const exact = await runGram(model, { params: p!, x: a!, z: b! }, sizes, runtime);
  let [difference, whole] = [0, 0];
  for (let i = 0; i < sampledX.rows * outputs; i++) {
    const row = matrixRow(kernel, i);
    for (let j = 0; j < exact.cols; j++) {
      const value = exact.data[i * exact.cols + j] as number;
      difference += (row[j]! - value) ** 2;
      whole += value ** 2;
    }
  }
  return difference > 0 ? Math.sqrt(difference / whole) : 0;
}
