import { InputError, shownShape } from '@unbraid/checks';
import { cast, reduceSum, reshape, sizeOf, slice, type Tensor } from '@unbraid/graph';
import { type AnyModel, applyModel, type Mode } from '@unbraid/nn';
import type { Source } from './source.ts';

/** Numbers in a row of all inputs, one input's after the other's. */
export const columnsOf = (inputs: Source['inputs']): number =>
  Object.values(inputs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/**
 * The model as a scalar function of its weights, of a batch of rows: it takes `[n, columns]`, all inputs one after another as float32 (whole numbers up to 2²⁴ are
 * exact), and gives `[n, 1]`, an entry of the output or the sum of all.
 * @param index of the entry, from 0; −1 for the sum
 * @throws {InputError} when it is applied: `setting`, for an index that the output doesn't have, `model`, for an output of whole numbers, or, of several rows, one whose first
 *   axis doesn't count them
 */
export function scalarView({ model, inputs, output = 'output' }: Source, index: number): AnyModel {
  return {
    ...(model.name !== undefined && { name: model.name }),
    params: model.params,
    apply(params: never, x: Tensor, mode?: Mode) {
      const reading = readingOf(model, inputs, x);
      // Inputs are declared in float32, and checked to be; where all is in float64 it is to be tried.
      const y =
        x.dtype === 'float64' ? model.apply(params, reading as never, mode) : applyModel(model, params, reading, mode);
      if (!y.dtype.startsWith('float'))
        throw new InputError(
          'model',
          `inspect: ${output} is of ${y.dtype}, which has no derivative; name another with --output`,
        );
      const rows = x.shape[0]!;
      if (rows > 1 && y.shape[0] !== rows)
        throw new InputError('model', `inspect: ${output} is of shape ${shownShape(y.shape)} for ${rows} rows`);
      const count = sizeOf(y.shape) / rows;
      const flat = asWide(reshape(y, [rows, count]), x);
      if (index < 0) return count === 1 ? flat : reduceSum(flat, { axes: [1], keepDims: true });
      if (index < count) return slice(flat, [0, index], [rows, index + 1]);
      throw new InputError(
        'setting',
        `inspect: --index ${index}: ${output} has ${count} ${count === 1 ? 'entry' : 'entries'} for a row, counted from 0`,
      );
    },
  };
}

/** In float32; in float64 where all is. */
const asWide = (y: Tensor, x: Tensor): Tensor => cast(y, x.dtype === 'float64' ? 'float64' : 'float32');

/** What the model reads, of rows of all inputs. */
function readingOf(model: AnyModel, inputs: Source['inputs'], x: Tensor): Tensor | Record<string, Tensor> {
  const rows = x.shape[0]!;
  let at = 0;
  const parts = Object.entries(inputs).map(([name, { shape, dtype }]) => {
    const from = at;
    at += sizeOf(shape);
    const part = reshape(slice(x, [0, from], [rows, at]), [rows, ...shape]);
    return [name, dtype === 'float32' ? asWide(part, x) : cast(part, dtype)] as const;
  });
  return model.inputs === undefined ? parts[0]![1] : Object.fromEntries(parts);
}
