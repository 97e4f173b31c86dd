import { checkFiniteValues, checkSettings, count, given, having, InputError } from '@unbraid/checks';
import { evaluate, openFile, type Runtime, sizeOf, spec, type TypedArray } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { type InputRows, type InputsLike, type Matrix, resolveInputs } from '@unbraid/nn';
import * as z from 'zod';
import { constantInput, rowOf } from '../import/input-values.ts';
import type { OnnxModel } from '../import/onnx-model.ts';

/** What `runFrozen` takes. */
export interface FrozenOptions {
  /** Rows that are computed at a time. Default 32. */
  readonly batchSize?: number;
  /** Default: ONNX Runtime on all cores. */
  readonly runtime?: Runtime;
}

type Row = Pick<InputRows, 'name' | 'shape' | 'dtype'>;

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
  x: InputsLike,
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
  const { settings } = model.file;
  const fixed = before.inputs.flatMap((value) => {
    const own = settings.constants?.[value.name];
    return own === undefined ? [] : [{ name: value.name, tensor: constantInput(value, own) }];
  });
  const read = before.inputs.filter(({ name }) => !fixed.some((each) => each.name === name));
  const specs = Object.fromEntries(read.map((value) => [value.name, rowOf(value, model.file)]));
  const outputs = before.outputs.map((value) => ({ ...value, row: rowOf(value, model.file) }));
  const { rows, inputs } = resolveInputs('onnx: runFrozen: x', { inputs: specs }, x);
  const results = outputs.map(({ row }) => new Float32Array(rows * sizeOf(row.shape)));
  for (const [size, starts] of batches(rows, batchSize)) {
    const batch = (values: readonly Row[]) =>
      Object.fromEntries(values.map(({ name, shape, dtype }) => [name, spec([size, ...shape], dtype)]));
    const constants = Object.fromEntries(fixed.map(({ name, tensor }) => [name, spec(tensor.shape, tensor.dtype)]));
    const ends = outputs.map(({ name, row }) => ({ name, ...row }));
    const open = await openFile(
      before.bytes,
      { inputs: { ...batch(inputs), ...constants }, outputs: batch(ends) },
      runtime,
    );
    try {
      for (const { name, tensor } of fixed) write(open.inputs[name]!.data, evaluate([tensor], new Map())[0]!.data);
      for (const at of starts) {
        for (const { name, data, cols } of inputs)
          open.inputs[name]!.data.set(data.subarray(at * cols, (at + size) * cols) as never);
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

/** Where batches of each size begin: all of `size`, and one of what is left. */
function batches(rows: number, size: number): [size: number, starts: number[]][] {
  const whole = Math.floor(rows / size);
  const full: [number, number[]] = [size, Array.from({ length: whole }, (_, i) => i * size)];
  const last: [number, number[]] = [rows - whole * size, [whole * size]];
  return [full, last].filter(([count, starts]) => count > 0 && starts.length > 0);
}

/** Writes numbers into an input, in its type. */
function write(to: TypedArray, values: Float64Array): void {
  if (to instanceof BigInt64Array) to.set(BigInt64Array.from(values, BigInt));
  else to.set(values);
}
