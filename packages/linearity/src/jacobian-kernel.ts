import { createMatrix, type Matrix } from '@unbraid/data';
import {
  compile,
  f32,
  grad,
  layoutOf,
  leavesOf,
  matmul,
  mul,
  type Runtime,
  reduceSum,
  type Scope,
  slice,
  type Tensor,
  trace,
  withScope,
} from '@unbraid/graph';
import { type AnyModel, applyModel, type ParamSpec } from '@unbraid/nn';
import { leavesAt } from './dense-uses.ts';
import { reading } from './weight-operator.ts';

/** What two blocks of the Jacobian take. */
const BLOCK_BYTES = 512 * 2 ** 20;

/** Where derivatives are taken, and by which parameters. */
export interface JacobianProblem {
  readonly model: AnyModel;
  readonly params: Float32Array;
  readonly x: Matrix;
  readonly z: Matrix;
  /** c */
  readonly outputs: number;
  /** Paths of the parameters that count. */
  readonly paths: readonly string[];
  /** Whether rows of a batch depend on each other: then a row's derivatives are taken in its batch, which costs a run of all rows for each. */
  readonly together: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Rows of the Jacobian in memory: those of `count` inputs from `first` on, c for each. */
interface Block {
  readonly data: Float32Array;
  first: number;
  count: number;
}

/**
 * J Jᵀ, `[n · c, n' · c]`, for any model: the Jacobian is computed row by row, each row of inputs on its own or in its batch, and held in two blocks at a
 * time, so memory does not grow with n.
 */
export async function jacobianKernel(problem: JacobianProblem, runtime: Runtime): Promise<Matrix> {
  const { model, x, z, outputs, paths } = problem;
  const width = layoutOf(selected(model, paths), 'params').size;
  const rows = Math.max(1, Math.floor(BLOCK_BYTES / 2 / (4 * width * outputs)));
  const size = Math.min(rows, Math.max(x.rows, z.rows));
  const kernel = createMatrix(x.rows * outputs, z.rows * outputs);
  await withScope(async (scope) => {
    const block = () => ({ data: new Float32Array(size * outputs * width), first: 0, count: 0 });
    const [a, b] = [block(), block()];
    const filler = problem.together ? batchFiller : rowFiller;
    const fill = await filler(scope, runtime, problem, width);
    const product = await compileProduct(scope, runtime, [a, b], size * outputs, width);
    for (let i = 0; i < x.rows; i += size) {
      await fill(a, x, i, Math.min(size, x.rows - i));
      // The kernel of x with itself is symmetric.
      for (let j = z === x ? i : 0; j < z.rows; j += size) {
        if (z === x && j === i) copyBlock(a, b);
        else await fill(b, z, j, Math.min(size, z.rows - j));
        place(kernel, await product(), [a, b], outputs, z === x);
      }
    }
  });
  return kernel;
}

const selected = (model: AnyModel, paths: readonly string[]) =>
  leavesOf<ParamSpec>(model.params)
    .filter(({ path }) => paths.includes(path))
    .map(({ value }) => value);

function copyBlock(from: Block, to: Block): void {
  to.data.set(from.data);
  to.first = from.first;
  to.count = from.count;
}

/** Fills a block with the Jacobian's rows of some inputs: `count` from `first` on. */
type Fill = (block: Block, inputs: Matrix, first: number, count: number) => Promise<void>;

/** By one run of a graph for each input, all outputs at once. */
async function rowFiller(
  scope: Scope,
  runtime: Runtime,
  { model, params, x, outputs, paths, signal }: JacobianProblem,
  width: number,
): Promise<Fill> {
  const specs = { params: model.params as ParamSpec, input: f32(1, x.cols) };
  const output = (p: Tensor, row: Tensor, k: number) => reduceSum(slice(applyModel(model, p, row), [0, k], [1, k + 1]));
  const graph = trace(specs, ({ params: p, input }) => ({
    rows: Array.from({ length: outputs }, (_, k) => leavesAt(grad((at: Tensor) => output(at, input, k))(p), paths)),
  }));
  let from: Float32Array = new Float32Array(x.cols);
  let to: Float32Array = new Float32Array(outputs * width);
  const inputs = { params: { data: params }, input: reading(() => from) };
  const executable = scope.own(await compile(graph, runtime, { inputs, outputs: { rows: reading(() => to) } }));
  return async (block, { data, cols }, first, count) => {
    block.first = first;
    block.count = count;
    for (let r = 0; r < count; r++) {
      signal?.throwIfAborted();
      from = data.subarray((first + r) * cols, (first + r + 1) * cols);
      to = block.data.subarray(r * outputs * width, (r + 1) * outputs * width);
      await executable.run();
    }
  };
}

/** By one run of all inputs' graph for each input and output. */
async function batchFiller(
  scope: Scope,
  runtime: Runtime,
  { model, params, x, z, outputs, paths, signal }: JacobianProblem,
  width: number,
): Promise<Fill> {
  let to: Float32Array = new Float32Array(width);
  const compileFor = async (inputs: Matrix) => {
    const { rows, cols, data } = inputs;
    const specs = { params: model.params as ParamSpec, batch: f32(rows, cols), direction: f32(rows, outputs) };
    const graph = trace(specs, ({ params: p, batch, direction }) => ({
      row: leavesAt(grad((at: Tensor) => reduceSum(mul(applyModel(model, at, batch), direction)))(p), paths),
    }));
    const given = { params: { data: params }, batch: { data } };
    return scope.own(await compile(graph, runtime, { inputs: given, outputs: { row: reading(() => to) } }));
  };
  const executables = new Map([[x, await compileFor(x)]]);
  if (z !== x) executables.set(z, await compileFor(z));
  return async (block, inputs, first, count) => {
    block.first = first;
    block.count = count;
    const executable = executables.get(inputs)!;
    for (let r = 0; r < count * outputs; r++) {
      signal?.throwIfAborted();
      executable.inputs.direction.float32.fill(0)[first * outputs + r] = 1;
      to = block.data.subarray(r * width, (r + 1) * width);
      await executable.run();
    }
  };
}

/** A function that multiplies the first block by the second one transposed. */
async function compileProduct(
  scope: Scope,
  runtime: Runtime,
  [a, b]: readonly [Block, Block],
  rows: number,
  width: number,
): Promise<() => Promise<Matrix>> {
  const specs = { a: f32(rows, width), b: f32(rows, width) };
  const graph = trace(specs, (t) => ({ product: matmul(t.a, t.b, { transposeB: true }) }));
  const product = createMatrix(rows, rows);
  const executable = scope.own(await compile(graph, runtime, { inputs: { a, b }, outputs: { product } }));
  return async () => {
    await executable.run();
    return product;
  };
}

/** Copies the blocks' part of a product into the kernel, and where that is symmetric its mirror image. */
function place(
  kernel: Matrix,
  product: Matrix,
  [a, b]: readonly [Block, Block],
  outputs: number,
  symmetric: boolean,
): void {
  for (let i = 0; i < a.count * outputs; i++) {
    for (let j = 0; j < b.count * outputs; j++) {
      const value = product.data[i * product.cols + j]!;
      const [row, column] = [a.first * outputs + i, b.first * outputs + j];
      kernel.data[row * kernel.cols + column] = value;
      if (symmetric) kernel.data[column * kernel.cols + row] = value;
    }
  }
}
