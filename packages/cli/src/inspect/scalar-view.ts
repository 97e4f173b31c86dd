import { InputError } from '@unbraid/checks';
import { cast, reduceSum, reshape, sizeOf, slice, type Tensor } from '@unbraid/graph';
import { type AnyModel, applyModel, type Mode } from '@unbraid/nn';
import type { Source } from './source.ts';

/** Numbers in a row of all inputs, one input's after the other's. */
export const columnsOf = (inputs: Source['inputs']): number =>
  Object.values(inputs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/**
 * The model as a scalar function of its weights, of one row: it takes `[1, columns]`, all inputs one after another as float32 (whole numbers up to 2²⁴ are
 * exact), and gives `[1, 1]`, an entry of the output or the sum of all.
 * @param index of the entry, from 0; −1 for the sum
 * @throws {InputError} when it is applied: `setting`, for an index that the output doesn't have, `model`, for an output of whole numbers
 */
export function scalarView({ model, inputs, output = 'output' }: Source, index: number): AnyModel {
  return {
    ...(model.name !== undefined && { name: model.name }),
    params: model.params,
    apply(params: never, x: Tensor, mode?: Mode) {
      const y = applyModel(model, params, readingOf(model, inputs, x), mode);
      if (!y.dtype.startsWith('float'))
        throw new InputError(
          'model',
          `inspect: ${output} is of ${y.dtype}, which has no derivative; name another with --output`,
        );
      const count = sizeOf(y.shape);
      const flat = cast(reshape(y, [1, count]), 'float32');
      if (index < 0) return count === 1 ? flat : reduceSum(flat, { axes: [1], keepDims: true });
      if (index < count) return slice(flat, [0, index], [1, index + 1]);
      throw new InputError(
        'setting',
        `inspect: --index ${index}: ${output} has ${count} ${count === 1 ? 'entry' : 'entries'} for a row, counted from 0`,
      );
    },
  };
}

/** What the model reads, of a row of all inputs. */
function readingOf(model: AnyModel, inputs: Source['inputs'], x: Tensor): Tensor | Record<string, Tensor> {
  let at = 0;
  const parts = Object.entries(inputs).map(([name, { shape, dtype }]) => {
    const from = at;
    at += sizeOf(shape);
    return [name, cast(reshape(slice(x, [0, from], [1, at]), [1, ...shape]), dtype)] as const;
  });
  return model.inputs === undefined ? parts[0]![1] : Object.fromEntries(parts);
}
