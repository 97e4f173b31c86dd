import { InputError, showValue } from '@unbraid/checks';
import type { Initializer } from './initializer.ts';

/**
 * Values that are there already, such as the weights of a file: they are copied when a model is initialized, whatever the seed. The array is kept, so it must
 * not be changed.
 * @throws {InputError} unless `values` is a Float32Array; from `initialize`, for a parameter of another size
 */
export function stored(values: Float32Array): Initializer {
  if (!(values instanceof Float32Array))
    throw new InputError('setting', `nn: stored's values are ${showValue(values)}; a Float32Array is needed`);
  return {
    fill(out) {
      if (out.length !== values.length)
        throw new InputError('model', `nn: stored has ${values.length} values for a parameter of ${out.length}`);
      out.set(values);
    },
  };
}
