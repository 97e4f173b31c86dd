import { InputError, showValue } from '@unbraid/checks';
import { reshape, type Shape, ShapeError, sizeOf } from '@unbraid/graph';
import { checkCount } from '../check-count.ts';
import type { Model } from '../model.ts';
import { described } from '../saved/description.ts';
import { showShape } from '../show-shape.ts';

/** Makes each row one axis: `[rows, …]` to `[rows, width]`. */
export function flatten(): Model<Readonly<Record<string, never>>> {
  const layer: Model<Readonly<Record<string, never>>> = {
    name: 'flatten',
    params: {},
    apply: (_, x) => reshape(x, [x.shape[0]!, sizeOf(x.shape.slice(1))]),
  };
  return described(layer, { layer: 'flatten', settings: {} });
}

/**
 * Makes each row of numbers a tensor, such as an image: `[rows, width]` to `[rows, ...shape]`.
 * @param shape of a row: `[channels, height, width]` for images
 * @throws {InputError} for sizes that are no integers of at least 1
 * @throws {ShapeError} from `apply`, for rows of another width
 */
export function unflatten(shape: Shape): Model<Readonly<Record<string, never>>> {
  if (!Array.isArray(shape))
    throw new InputError('setting', `nn: unflatten's shape is ${showValue(shape)}; a list of sizes is needed`);
  for (const size of shape) checkCount("a size in unflatten's shape", size);
  const layer: Model<Readonly<Record<string, never>>> = {
    name: `unflatten ${showShape(shape)}`,
    params: {},
    apply(_, x) {
      if (x.shape.length !== 2 || x.shape[1] !== sizeOf(shape))
        throw new ShapeError(
          `nn: unflatten to ${showShape(shape)} takes [rows, ${sizeOf(shape)}], the input is ${showShape(x.shape)}`,
        );
      return reshape(x, [x.shape[0]!, ...shape]);
    },
  };
  return described(layer, { layer: 'unflatten', settings: { shape: [...shape] } });
}
