import { checkFiniteValues, checkSettings, InputError, integer, oneOf } from '@unbraid/checks';
import { createMatrix, type Matrix, type NpyBlock } from '@unbraid/data';
import { input, mapTree, type Runtime, type Tensor } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { type AnyModel, applyModel } from '@unbraid/nn';
import { object } from 'zod';
import { checkParams, inputsOf, rejectVanishing } from './check.ts';
import { beyondGram } from './gram-kernel.ts';
import { shared } from './options.ts';
import { runGram } from './run-gram.ts';
import { isSameAlone } from './same-alone.ts';
import { tangentKernel } from './tangent-kernel.ts';
import type { TangentPoint } from './tangent-point.ts';
import { trainableOnly } from './trainable.ts';

/** A part of the tangent kernel of some inputs with themselves: of the inputs from `row` on with those from `column` on, both counted from 0. */
export interface KernelBlock {
  readonly row: number;
  readonly column: number;
  /** Inputs, not entries: of a model with c outputs the block has c² entries for each pair. */
  readonly rows: number;
  readonly columns: number;
}

/**
 * The blocks of the upper triangle of the kernel of `inputs` inputs with themselves, row by row; the rest is their mirror image. Each is of `size` inputs by
 * `size`, but for the last ones of a row and a column. There are k (k + 1) / 2 of them for k = ⌈inputs / size⌉.
 * @throws {InputError} unless both are integers of at least 1
 */
export function kernelBlocks(inputs: number, size: number): KernelBlock[] {
  checkSettings('linearity: kernelBlocks', object({ inputs: integer({ min: 1 }), size: integer({ min: 1 }) }), {
    inputs,
    size,
  });
  const starts = Array.from({ length: Math.ceil(inputs / size) }, (_, i) => i * size);
  const lengthAt = (start: number) => Math.min(size, inputs - start);
  return starts.flatMap((row, i) =>
    starts.slice(i).map((column) => ({ row, column, rows: lengthAt(row), columns: lengthAt(column) })),
  );
}

/** What `tangentKernelBlock` takes beside the point, the inputs and the block. */
export interface KernelBlockOptions {
  /** As in `tangentKernel`; `auto` is for models in which rows don't meet (`rowsStandAlone`), `alone` for all. @defaultValue `auto` */
  readonly method?: 'auto' | 'alone';
  /** `float64` computes in it, too; for models whose parameters are all those of dense layers, on runtimes that have it. @defaultValue `float32` */
  readonly dtype?: 'float32' | 'float64';
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
}

const settings = object({
  method: oneOf('auto', 'alone').default('auto'),
  dtype: oneOf('float32', 'float64').default('float32'),
  ...shared,
});

/**
 * One block of the tangent kernel of `x` with itself (`tangentKernel`), from the block's inputs alone: memory grows with the block, not with n, and blocks can be computed anywhere
 * and in any order. `createNpyBlocks` of `@unbraid/data` puts them together in a file.
 * @param x n × d
 * @param block of `kernelBlocks`, or any other within the n × n pairs
 * @returns the entries, row-major, and the place of the first of them: c · `block.row`, c · `block.column`
 * @throws {InputError} as `tangentKernel`; `data`, for a block that isn't within the kernel; `model`, for one in which rows meet, or that float64 can't be had for
 */
export async function tangentKernelBlock(
  point: TangentPoint,
  x: Matrix,
  block: KernelBlock,
  options: KernelBlockOptions = {},
): Promise<NpyBlock> {
  const { method, dtype, signal, runtime: chosen } = checkSettings('linearity: tangentKernelBlock', settings, options);
  checkWithin(x, block);
  if ((method === 'auto' || dtype === 'float64') && !rowsStandAlone(point.model, x.cols))
    throw new InputError(
      'model',
      'linearity: rows of a batch meet in this model, or it depends on their number, so a block of its kernel would depend on the blocks; ' +
        'give method: "alone", and dtype: "float32"',
    );
  const runtime = chosen ?? (await defaultRuntime());
  const rows = part(x, block.row, block.rows);
  const columns =
    block.row === block.column && block.rows === block.columns ? rows : part(x, block.column, block.columns);
  const { data, height, breadth } =
    dtype === 'float64'
      ? await inFloat64(point, rows, columns, runtime)
      : await inFloat32(point, rows, columns, { method, signal, runtime });
  const outputs = height / block.rows;
  return { row: block.row * outputs, column: block.column * outputs, rows: height, columns: breadth, data };
}

const part = ({ data, cols }: Matrix, from: number, count: number): Matrix =>
  createMatrix(count, cols, data.subarray(from * cols, (from + count) * cols));

function checkWithin(x: Matrix, { row, column, rows, columns }: KernelBlock): void {
  const fits = (first: number, count: number) =>
    Number.isSafeInteger(first) && Number.isSafeInteger(count) && first >= 0 && count >= 1 && first + count <= x.rows;
  if (fits(row, rows) && fits(column, columns)) return;
  throw new InputError(
    'data',
    `linearity: a block of ${rows} × ${columns} inputs from ${row}, ${column} on is not within the kernel of ${x.rows} inputs`,
  );
}

interface Entries {
  readonly data: Float32Array | Float64Array;
  readonly height: number;
  readonly breadth: number;
}

async function inFloat32(
  point: TangentPoint,
  rows: Matrix,
  columns: Matrix,
  options: { readonly method: 'auto' | 'alone'; readonly signal: AbortSignal | undefined; readonly runtime: Runtime },
): Promise<Entries> {
  const { method, signal, runtime } = options;
  const taken = { method, runtime, sampledRows: 0, ...(signal && { signal }) };
  const { kernel } = await tangentKernel(point, rows, columns, taken);
  return { data: kernel.data, height: kernel.rows, breadth: kernel.cols };
}

async function inFloat64(whole: TangentPoint, rows: Matrix, columns: Matrix, runtime: Runtime): Promise<Entries> {
  checkParams(whole.model, whole.params);
  const x = inputsOf('x', rows);
  const z = rows === columns ? x : inputsOf('x', columns);
  const { model, params } = trainableOnly(whole.model, whole.params);
  const { y, tree, batch } = onPaper(model, 2, x.cols);
  const { rest } = beyondGram(y, tree, batch);
  if (rest.length > 0)
    throw new InputError(
      'model',
      `linearity: ${rest.join(', ')} take the Jacobian, which is computed in float32; give dtype: "float32"`,
    );
  const [p, a, b] = [params, x.data, z.data].map((values) => Float64Array.from(values));
  const made = await runGram(model, { params: p!, x: a!, z: b! }, { x, z, dtype: 'float64' }, runtime);
  const data = made.data as Float64Array;
  checkFiniteValues('linearity: the tangent kernel', data, 'scale inputs or weights down');
  const isZero = (value: number) => value === 0;
  const height = made.rows / x.rows;
  rejectVanishing('x', x, (i) => data.subarray(i * height * made.cols, (i + 1) * height * made.cols).every(isZero));
  return { data, height: made.rows, breadth: made.cols };
}

function onPaper(model: AnyModel, rows: number, columns: number): { y: Tensor; tree: Tensor; batch: Tensor } {
  const tree = mapTree<unknown, Tensor>(model.params, ({ shape, dtype }, path) => input(path, shape, dtype)) as Tensor;
  const batch = input('x', [rows, columns], 'float32');
  return { y: applyModel(model, tree, batch), tree, batch };
}

/**
 * Whether outputs of a row are the same in a batch of its own as in every other, read off the model's graph for two rows and for one: then its tangent kernel can be computed by blocks with
 * `method: 'auto'`. False, too, for models that don't take two rows.
 * @param columns d, of its inputs
 */
export function rowsStandAlone(model: AnyModel, columns: number): boolean {
  try {
    const { y, tree, batch } = onPaper(model, 2, columns);
    return (
      beyondGram(y, tree, batch).meeting === undefined &&
      isSameAlone(model, tree, input('x', [1, columns], 'float32'), y)
    );
  } catch {
    return false;
  }
}
