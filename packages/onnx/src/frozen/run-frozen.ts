import {
  checkFiniteValues,
  checkSettings,
  count,
  given,
  having,
  InputError,
  type MatrixLike,
  showValue,
  toMatrix,
} from '@unbraid/checks';
import { openFile, type Runtime, sizeOf, spec, type TypedArray } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import type { Matrix } from '@unbraid/nn';
import * as z from 'zod';
import { rowOf } from '../import/input-values.ts';
import type { OnnxModel } from '../import/onnx-model.ts';

/** What `runFrozen` takes. */
export interface FrozenOptions {
  /** Rows that are computed at a time. Default 32. */
  readonly batchSize?: number;
  /** Default: ONNX Runtime on all cores. */
  readonly runtime?: Runtime;
}

const schema = z.object({
  model: given<OnnxModel>(),
  batchSize: count().default(32),
  runtime: having<Runtime>('a runtime', 'backend', 'arena', 'kernels').optional(),
});

/**
 * What the frozen part of a model, imported with `frozen: true`, makes of data: rows of each of the model's inputs that come from it, for `fit` and `predict`. It is
 * computed once, by ONNX Runtime, and stays as it is.
 * @param x rows of each input of the file by name; of a part with one input the rows alone will do
 * @throws {InputError} `setting`, for a model without such a part, and where a size is open that `shapes` doesn't give; `data`, for rows that don't fit
 * @throws {CompileError} where ONNX Runtime doesn't know an operator either, or a value has another shape than was said
 */
export async function runFrozen(
  model: OnnxModel,
  x: RowsLike,
  options: FrozenOptions = {},
): Promise<Record<string, Matrix>> {
  const { batchSize, runtime = await defaultRuntime() } = checkSettings('onnx: runFrozen', schema, {
    model,
    ...options,
  });
  const { before } = model.file;
  if (!before)
    throw new InputError(
      'setting',
      `onnx: runFrozen: ${model.file.name} has no frozen part; give its inputs to the model`,
    );
  const inputs = before.inputs.map((value) => ({ ...value, row: rowOf(value, model.file) }));
  const outputs = before.outputs.map((value) => ({ ...value, row: rowOf(value, model.file) }));
  const data = inputs.map(({ name, row }) => rowsOf(name, sizeOf(row.shape), x, inputs.length === 1));
  const rows = data[0]?.rows ?? 0;
  const other = data.findIndex((each) => each.rows !== rows);
  if (other >= 0)
    throw new InputError(
      'data',
      `onnx: runFrozen: ${showValue(inputs[other]!.name)} has ${data[other]!.rows} rows, ${showValue(inputs[0]!.name)} has ${rows}`,
    );
  const results = outputs.map(({ row }) => new Float32Array(rows * sizeOf(row.shape)));
  const specsOf = (values: typeof inputs, size: number) =>
    Object.fromEntries(values.map(({ name, row }) => [name, spec([size, ...row.shape], row.dtype)]));
  for (const [size, starts] of batches(rows, batchSize)) {
    const specs = { inputs: specsOf(inputs, size), outputs: specsOf(outputs, size) };
    const open = await openFile(before.bytes, specs, runtime);
    try {
      for (const at of starts) {
        for (const [i, { name }] of inputs.entries()) copy(data[i]!, at, size, open.inputs[name]!.data);
        await open.run();
        outputs.forEach(({ name, row }, i) => {
          results[i]!.set(Float32Array.from(open.outputs[name]!.data, Number), at * sizeOf(row.shape));
        });
      }
    } finally {
      await open.release();
    }
  }
  return Object.fromEntries(
    outputs.map(({ name, row }, i) => {
      checkFiniteValues(`onnx: runFrozen: ${name}`, results[i]!, 'the frozen part makes them of these data');
      return [name, { data: results[i]!, rows, cols: sizeOf(row.shape) }];
    }),
  );
}

type RowsLike = MatrixLike | Readonly<Record<string, MatrixLike>>;

function rowsOf(name: string, width: number, x: RowsLike, only: boolean): Matrix {
  const isRows = Array.isArray(x) || ('data' in x && 'cols' in x);
  if (isRows && !only)
    throw new InputError(
      'data',
      `onnx: runFrozen: the frozen part reads several inputs; give rows of each by name: ${showValue(name)} …`,
    );
  const own = isRows ? x : (x as Readonly<Record<string, MatrixLike>>)[name];
  if (own === undefined) throw new InputError('data', `onnx: runFrozen: there are no rows of ${showValue(name)}`);
  const matrix = toMatrix(`onnx: ${name}`, own);
  if (matrix.cols === width) return matrix;
  throw new InputError(
    'data',
    `onnx: runFrozen: a row of ${showValue(name)} has ${matrix.cols} numbers, the file takes ${width}`,
  );
}

/** Where batches of each size begin: all of `size`, and one of what is left. */
function batches(rows: number, size: number): [size: number, starts: number[]][] {
  const whole = Math.floor(rows / size);
  const full: [number, number[]] = [size, Array.from({ length: whole }, (_, i) => i * size)];
  const last: [number, number[]] = [rows - whole * size, [whole * size]];
  return [full, last].filter(([count, starts]) => count > 0 && starts.length > 0);
}

/** Writes rows into an input, in its type. */
function copy({ data, cols }: Matrix, at: number, rows: number, to: TypedArray): void {
  const part = data.subarray(at * cols, (at + rows) * cols);
  if (to instanceof BigInt64Array) to.set(BigInt64Array.from(part, (x) => BigInt(Math.trunc(x))));
  else to.set(part);
}
