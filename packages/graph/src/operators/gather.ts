import { InputError } from '@unbraid/checks';
import { build, flatIndex, type NdArray } from '../ndarray.ts';
import { normalizeAxis, ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { scatterAdd } from './scatter-add.ts';
import { isScatteredByHost, scatterRows } from './scatter-rows.ts';

interface GatherAttributes {
  readonly [name: string]: number;
  readonly axis: number;
}

const operator: Operator<GatherAttributes> = {
  name: 'gather',
  type([x, indices], { axis }) {
    checkIndices('gather', indices!);
    return { shape: [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)], dtype: x!.dtype };
  },
  evaluate([x, indices], { shape, dtype, attributes: { axis } }) {
    checkPositions('gather', indices!, x!.shape[axis]!);
    const rank = indices!.shape.length;
    return build(shape, dtype, (_, index) => {
      const at = indices!.data[flatIndex(indices!.shape, index.slice(axis, axis + rank))]!;
      return x!.data[flatIndex(x!.shape, [...index.slice(0, axis), at, ...index.slice(axis + rank)])]!;
    });
  },
  vjp: (cotangent, { inputs: [x, indices], attributes: { axis } }) => [
    axis === 0 && isScatteredByHost(cotangent, x!.shape)
      ? scatterRows(cotangent, indices!, x!.shape)
      : scatterAdd(cotangent, indices!, x!.shape[axis]!, axis),
    undefined,
  ],
  jvp: ([t], { inputs: [, indices], attributes: { axis } }) => t && gather(t, indices!, axis),
  emit: ([x, indices], { attributes: { axis } }, emitter) => emitter.node('Gather', [x!, indices!], { axis }),
};

/** @throws {ShapeError} unless the tensor can index another */
export function checkIndices(name: string, indices: Tensor): void {
  if (indices.dtype !== 'int32' && indices.dtype !== 'int64') {
    throw new ShapeError(`${name}: indices are int32 or int64, not ${indices.dtype}${show(indices.shape)}`);
  }
}

/** @throws {InputError} `data`, unless every index is a position of an axis of `size` entries */
export function checkPositions(name: string, { data }: NdArray, size: number): void {
  const wrong = data.find((at) => !(at >= 0 && at < size));
  if (wrong !== undefined) throw new InputError('data', `${name}: index ${wrong} is not in 0 … ${size - 1}`);
}

/** The entries of `x` at the given positions of one axis, which must lie in 0 … size − 1; that axis is replaced by the axes of `indices`. */
export const gather = (x: Tensor, indices: Tensor, axis = 0): Tensor =>
  apply(operator, [x, indices], { axis: normalizeAxis('gather', axis, x.shape) });
