import { checkSettings, InputError, integer } from '@unbraid/checks';
import { reduceMean, ShapeError } from '@unbraid/graph';
import * as z from 'zod';
import type { Model } from '../model.ts';
import { described } from '../saved/description.ts';
import { showShape } from '../show-shape.ts';

/** What `globalAveragePool` takes. */
export interface GlobalAveragePoolOptions {
  /** Axes that the mean is taken over, from 1. Default: all behind axis 1, so that channels are left. `[1]` is the mean over time. */
  readonly axes?: readonly number[];
}

const schema = z.object({
  axes: z
    .array(integer({ min: 1 }), { error: 'a list of axes' })
    .min(1, { error: 'a list of axes' })
    .optional(),
});

/**
 * The mean of each channel: `[rows, channels, …]` to `[rows, channels]`, or over other axes, such as time: `[rows, time, features]` to `[rows, features]`.
 * @throws {InputError} for settings that are unknown, and axes that are named twice
 * @throws {ShapeError} from `apply`, for an input without these axes
 */
export function globalAveragePool(options: GlobalAveragePoolOptions = {}): Model<Readonly<Record<string, never>>> {
  const { axes } = checkSettings('nn: globalAveragePool', schema, options);
  if (axes && new Set(axes).size < axes.length)
    throw new InputError('setting', `nn: globalAveragePool's axes are ${showShape(axes)}; name each once`);
  const layer: Model<Readonly<Record<string, never>>> = {
    name: 'globalAveragePool',
    params: {},
    apply(_, x) {
      const over = axes ?? x.shape.flatMap((_size, axis) => (axis > 1 ? [axis] : []));
      if (over.length === 0 || over.some((axis) => axis >= x.shape.length))
        throw new ShapeError(
          `nn: globalAveragePool takes the mean over axes ${axes ? showShape(axes) : 'from 2 on'}, the input is ${showShape(x.shape)}`,
        );
      return reduceMean(x, { axes: over });
    },
  };
  return described(layer, { layer: 'globalAveragePool', settings: { ...(axes && { axes }) } });
}
