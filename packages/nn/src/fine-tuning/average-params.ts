import { checkFiniteValues, InputError, showValue } from '@unbraid/checks';

/**
 * The mean of parameters of one model, such as those of several epochs or seeds: often flatter, and so better on new data, than each of them (Izmailov et
 * al. 2018). Running means and variances of batch normalization are averaged, too.
 * @param list flat parameters, as `fit` returns them
 * @throws {InputError} for an empty list, parameters of different sizes, and values that are not finite
 */
export function averageParams(list: readonly Float32Array[]): Float32Array {
  if (!Array.isArray(list) || list.length === 0)
    throw new InputError('data', `nn: averageParams takes a list of parameters, and got ${showValue(list)}`);
  const size: number = list[0]!.length;
  const sums = new Float64Array(size);
  list.forEach((params: Float32Array, at) => {
    if (!(params instanceof Float32Array) || params.length !== size)
      throw new InputError(
        'data',
        `nn: averageParams' entry ${at} is ${showValue(params)}; a Float32Array of ${size} is needed, as the first`,
      );
    checkFiniteValues(`nn: averageParams' entry ${at}`, params, 'leave it out');
    for (let i = 0; i < size; i++) sums[i]! += params[i]!;
  });
  return Float32Array.from(sums, (sum) => sum / list.length);
}
