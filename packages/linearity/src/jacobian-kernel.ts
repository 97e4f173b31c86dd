import { createMatrix, type Matrix } from '@unbraid/data';
import {
  broadcastTo,
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
import { rowJacobians } from './row-jacobian.ts';
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
  /** Whether all of these parameters are structured (`structuredPaths`): then blocks of rows are taken at once. */
  readonly structured: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What all blocks may take where each is computed once. */
const HELD_BYTES = 2 ** 30;

/** Rows of the Jacobian in memory: those of `count` inputs from `first` on, c for each. */
interface Block {
  readonly data: Float32Array;
  first: number;
  count: number;
}

/**
 * J Jᵀ, `[n · c, n' · c]`, for any model: the Jacobian is computed by blocks of rows, each row of inputs on its own, among others or in its batch. Where all
 * of it takes a gigabyte at most, each block is computed once; else two are held at a time, so memory does not grow with n.
 */
export async function jacobianKernel(problem: JacobianProblem, runtime: Runtime): Promise<Matrix> {
  const { model, x, z, outputs, paths } = problem;
  const width = layoutOf(selected(model, paths), 'params').size;
  const size = blockSize(problem, width);
  const kernel = createMatrix(x.rows * outputs, z.rows * outputs);
  await withScope(async (scope) => {
    const block = (): Block => ({ data: new Float32Array(size * outputs * width), first: 0, count: 0 });
    const filler = problem.structured ? structuredFiller : problem.together ? batchFiller : rowFiller;
    const fill = await filler(scope, runtime, problem, { width, size });
    const product = await compileProduct(scope, runtime, size * outputs, width);
    const isHeld = 4 * width * outputs * (x.rows + z.rows) <= HELD_BYTES;
    const held = new Map<string, Block>();
    const blockOf = async (inputs: Matrix, first: number, spare: Block): Promise<Block> => {
      const key = `${inputs === x} ${first}`;
      const known = held.get(key);
      if (known) return known;
      const own = isHeld ? block() : spare;
      await fill(own, inputs, first, Math.min(size, inputs.rows - first));
      if (isHeld) held.set(key, own);
      return own;
    };
    const spares = isHeld ? undefined : [block(), block()];
    const placed = problem.structured ? byOutput(size) : byInput(outputs);
    for (let i = 0; i < x.rows; i += size) {
      const a = await blockOf(x, i, spares?.[0] as Block);
      // The kernel of x with itself is symmetric.
      for (let j = z === x ? i : 0; j < z.rows; j += size) {
        const b = z === x && j === i ? a : await blockOf(z, j, spares?.[1] as Block);
        place(kernel, await product(a, b), [a, b], { outputs, symmetric: z === x, placed });
      }
    }
  });
  return kernel;
}

/** Rows of a product of structured blocks from which it is as fast as a large one. */
export const FEWEST_ROWS = 256;

/** Up to which its symmetry saves something. */
const MOST_ROWS = 1024;

/** Inputs of a block. */
function blockSize({ x, z, outputs, structured }: JacobianProblem, width: number): number {
  const fits = Math.max(1, Math.floor(BLOCK_BYTES / 2 / (4 * width * outputs)));
  const all = Math.max(x.rows, z.rows);
  const wanted = Math.max(FEWEST_ROWS / outputs, Math.min(all / 8, MOST_ROWS / outputs));
  return Math.min(fits, all, structured ? Math.ceil(wanted) : all);
}

/** In which row of a block output k of its input i is. */
type Placed = (input: number, output: number) => number;
const byInput =
  (outputs: number): Placed =>
  (input, output) =>
    input * outputs + output;
const byOutput =
  (size: number): Placed =>
  (input, output) =>
    output * size + input;

const selected = (model: AnyModel, paths: readonly string[]) =>
  leavesOf<ParamSpec>(model.params)
    .filter(({ path }) => paths.includes(path))
    .map(({ value }) => value);

/** Numbers of a row of the Jacobian, and inputs of a block. */
interface BlockSizes {
  readonly width: number;
  readonly size: number;
}

/** Fills a block with the Jacobian's rows of some inputs: `count` from `first` on. */
type Fill = (block: Block, inputs: Matrix, first: number, count: number) => Promise<void>;

/** By one run of a graph for each input, all outputs at once. */
async function rowFiller(
  scope: Scope,
  runtime: Runtime,
  { model, params, x, outputs, paths, signal }: JacobianProblem,
  { width }: BlockSizes,
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

/** Outputs whose gradients one run computes, so that they share what leads to the outputs. */
const MOST_DIRECTIONS = 16;

/** By runs of a graph for a block of inputs, all of whose rows' gradients come from one backward pass for each output. */
async function structuredFiller(
  scope: Scope,
  runtime: Runtime,
  { model, params, x, outputs, paths, signal }: JacobianProblem,
  { width, size }: BlockSizes,
): Promise<Fill> {
  const { cols } = x;
  const together = Array.from({ length: MOST_DIRECTIONS }, (_, i) => MOST_DIRECTIONS - i).find(
    (count) => outputs % count === 0,
  )!;
  const specs = { params: model.params as ParamSpec, batch: f32(size, cols), directions: f32(together, outputs) };
  const graph = trace(specs, ({ params: p, batch, directions }) => ({
    rows: rowJacobians(
      model,
      p,
      batch,
      paths,
      Array.from({ length: together }, (_, k) =>
        broadcastTo(slice(directions, [k, 0], [k + 1, outputs]), [size, outputs]),
      ),
    ),
  }));
  const batch = new Float32Array(size * cols);
  let to: Float32Array = new Float32Array(together * size * width);
  const inputs = { params: { data: params }, batch: { data: batch } };
  const executable = scope.own(await compile(graph, runtime, { inputs, outputs: { rows: reading(() => to) } }));
  return async (block, { data }, first, count) => {
    block.first = first;
    block.count = count;
    // The last block is filled up with the last row.
    for (let r = 0; r < size; r++) {
      const row = first + Math.min(r, count - 1);
      batch.set(data.subarray(row * cols, (row + 1) * cols), r * cols);
    }
    for (let k = 0; k < outputs; k += together) {
      signal?.throwIfAborted();
      const directions = executable.inputs.directions.float32.fill(0);
      for (let i = 0; i < together; i++) directions[i * outputs + k + i] = 1;
      to = block.data.subarray(k * size * width, (k + together) * size * width);
      await executable.run();
    }
  };
}

/** By one run of all inputs' graph for each input and output. */
async function batchFiller(
  scope: Scope,
  runtime: Runtime,
  { model, params, x, z, outputs, paths, signal }: JacobianProblem,
  { width }: BlockSizes,
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

/** A function that multiplies one block by another one transposed. */
async function compileProduct(
  scope: Scope,
  runtime: Runtime,
  rows: number,
  width: number,
): Promise<(a: Block, b: Block) => Promise<Matrix>> {
  const specs = { a: f32(rows, width), b: f32(rows, width) };
  const graph = trace(specs, (t) => ({ product: matmul(t.a, t.b, { transposeB: true }) }));
  const product = createMatrix(rows, rows);
  let [left, right]: Float32Array[] = [new Float32Array(rows * width), new Float32Array(rows * width)];
  const inputs = { a: reading(() => left!), b: reading(() => right!) };
  const executable = scope.own(await compile(graph, runtime, { inputs, outputs: { product } }));
  return async (a, b) => {
    [left, right] = [a.data, b.data];
    await executable.run();
    return product;
  };
}

interface Placing {
  readonly outputs: number;
  readonly symmetric: boolean;
  readonly placed: Placed;
}

/** Copies the blocks' part of a product into the kernel, and where that is symmetric its mirror image. */
function place(
  kernel: Matrix,
  product: Matrix,
  [a, b]: readonly [Block, Block],
  { outputs, symmetric, placed }: Placing,
): void {
  const columns = Int32Array.from({ length: b.count * outputs }, (_, j) =>
    placed(Math.floor(j / outputs), j % outputs),
  );
  for (let i = 0; i < a.count * outputs; i++) {
    const from = placed(Math.floor(i / outputs), i % outputs) * product.cols;
    const row = a.first * outputs + i;
    columns.forEach((at, j) => {
      const value = product.data[from + at]!;
      const column = b.first * outputs + j;
      kernel.data[row * kernel.cols + column] = value;
      if (symmetric) kernel.data[column * kernel.cols + row] = value;
    });
  }
}
