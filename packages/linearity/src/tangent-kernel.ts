import { createMatrix, type Matrix, matrixRow } from '@unbraid/data';
import {
  CompileError,
  compile,
  type DType,
  input,
  mapTree,
  type Runtime,
  spec,
  type Tensor,
  type TensorSpec,
  type TypedArray,
  trace,
  withScope,
} from '@unbraid/graph';
import { type AnyModel, applyModel, defaultRuntime } from '@unbraid/nn';
import { checkInputs, checkParams, rejectVanishing } from './check.ts';
import { gramKernel, outsideDense } from './gram-kernel.ts';
import { jacobianKernel } from './jacobian-kernel.ts';

/** A model, and the weights at which its derivatives are taken. */
export interface TangentPoint {
  readonly model: AnyModel;
  /** w, flat. */
  readonly params: Float32Array;
}

export interface KernelOptions {
  /** `auto` takes Gram matrices for dense layers and the Jacobian for what is left; `jacobian` takes it for everything. */
  readonly method?: 'auto' | 'jacobian';
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

/** The tangent kernel, and the parameters that came from the Jacobian, by path; for all others it was never formed. */
export interface TangentKernel extends Kernel {
  readonly jacobianPaths: readonly string[];
}

const SAMPLED_ROWS = 4;
const ROUNDING = 2 ** -24;

/**
 * The tangent kernel K(x, z) = ∇f(w; x) · ∇f(w; z) of a model whose outputs are `[rows, c]`, over all parameters. For parameters of
 * dense layers it is a sum of Hadamard products of Gram matrices: n² · width multiply-adds, and nothing of the size of n × parameters
 * (Novak, Sohl-Dickstein and Schoenholz 2022, section 3.2). For others it is J Jᵀ in blocks of rows.
 * @param x n × d
 * @param z n' × d; x where it is left out
 * @throws {RangeError} for parameters or inputs that don't fit, or an input of norm 0
 */
export async function tangentKernel(
  point: TangentPoint,
  x: Matrix,
  z: Matrix = x,
  options: KernelOptions = {},
): Promise<TangentKernel> {
  const { model, params } = point;
  checkParams(model, params);
  checkInputs('x', x);
  if (z !== x) checkInputs('z', z);
  if (z.cols !== x.cols) {
    throw new RangeError(`linearity: x has ${x.cols} columns and z has ${z.cols}; they must agree`);
  }
  const runtime = options.runtime ?? (await defaultRuntime());
  const { outputs, outside, all } = partition(point, x);
  const jacobianPaths = options.method === 'jacobian' ? all : outside;
  const kernel =
    jacobianPaths.length === all.length
      ? createMatrix(x.rows * outputs, z.rows * outputs)
      : await denseKernel(point, x, z, runtime);
  if (jacobianPaths.length > 0) {
    const problem = { model, params, x, z, outputs, paths: jacobianPaths, signal: options.signal };
    const rest = await jacobianKernel(problem, runtime);
    rest.data.forEach((value, i) => {
      kernel.data[i]! += value;
    });
  }
  const isZero = (value: number) => value === 0;
  rejectVanishing('x', x, (i) => block(kernel, i, outputs).every(isZero));
  if (z !== x) rejectVanishing('z', z, (j) => block(transposed(kernel), j, outputs).every(isZero));
  const sampled = jacobianPaths.length > 0 ? 0 : (options.sampledRows ?? SAMPLED_ROWS);
  return { kernel, jacobianPaths, ...(await errorOf(point, kernel, { x, z, outputs, sampled }, runtime)) };
}

/** The rows of a kernel that belong to one input. */
const block = ({ data, cols }: Matrix, input: number, outputs: number): Float32Array =>
  data.subarray(input * outputs * cols, (input + 1) * outputs * cols);

const transposed = ({ data, rows, cols }: Matrix): Matrix =>
  createMatrix(
    cols,
    rows,
    data.map((_, at) => data[(at % rows) * cols + Math.floor(at / rows)]!),
  );

/** How many outputs there are, and which parameters are outside of dense layers. */
function partition({ model }: TangentPoint, x: Matrix) {
  const all: string[] = [];
  const params = mapTree<unknown, Tensor>(model.params, ({ shape, dtype }, path) => {
    all.push(path);
    return input(path, shape, dtype);
  }) as Tensor;
  const rows = input('x', [x.rows, x.cols], 'float32');
  const { shape } = applyModel(model, params, rows);
  if (shape.length !== 2 || shape[0] !== x.rows) {
    throw new RangeError(`linearity: the model gives [${shape.join(', ')}] for ${x.rows} rows; [rows, c] is needed`);
  }
  return { outputs: shape[1]!, outside: outsideDense(model, params, rows), all };
}

async function denseKernel(point: TangentPoint, x: Matrix, z: Matrix, runtime: Runtime): Promise<Matrix> {
  const values = { params: point.params, x: x.data, z: z.data };
  const { data, rows, cols } = await runGram(point.model, values, { x, z, dtype: 'float32' }, runtime);
  return createMatrix(rows, cols, data as Float32Array);
}

interface GramSizes {
  readonly x: Matrix;
  readonly z: Matrix;
  readonly dtype: DType;
}

/** Compiles `gramKernel` for an element type and runs it once. */
async function runGram(
  model: AnyModel,
  values: Readonly<Record<'params' | 'x' | 'z', TypedArray>>,
  { x, z, dtype }: GramSizes,
  runtime: Runtime,
): Promise<{ data: TypedArray; rows: number; cols: number }> {
  // The tree is of unknown depth, which the types of `trace` can't follow.
  const params = mapTree<unknown, TensorSpec>(model.params, ({ shape }) => spec(shape, dtype)) as TensorSpec;
  const specs = { params, x: spec([x.rows, x.cols], dtype), z: spec([z.rows, z.cols], dtype) };
  const graph = trace(specs, (t) => ({ k: gramKernel(model, t.params, t.x, z === x ? t.x : t.z)! }));
  const [rows, cols] = graph.outputs.k.shape as [number, number];
  return withScope(async (scope) => {
    const inputs = { params: { data: values.params }, x: { data: values.x }, z: { data: values.z } };
    const executable = scope.own(await compile(graph, runtime, { inputs }));
    await executable.run();
    return { data: executable.outputs.k.data.slice(), rows, cols };
  });
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
  return whole > 0 ? Math.sqrt(difference / whole) : 0;
}
