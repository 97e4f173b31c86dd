import { build, flatIndex } from '../ndarray.ts';
import { ShapeError, sameShape, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { broadcastTo } from './broadcast-to.ts';
import { constant, uniformValue } from './constant.ts';
import { checkIndices, checkPositions } from './gather.ts';
import { reshape } from './reshape.ts';

/*
 * One entry of every row, and its adjoint. Both take indices of shape [..., 1], so that the reshape is a tensor of its own and costs nothing
 * where the indices are an input (run/free-reshapes.ts).
 */

const pickOperator: Operator = {
  name: 'pick',
  type([x, indices]) {
    checkRows('pick', x!, indices!);
    return { shape: indices!.shape, dtype: x!.dtype };
  },
  evaluate([x, indices], { shape, dtype }) {
    checkPositions('pick', indices!, x!.shape.at(-1)!);
    return build(shape, dtype, (i, index) => x!.data[flatIndex(x!.shape, index.with(-1, indices!.data[i]!))]!);
  },
  vjp: (cotangent, { inputs: [x, indices] }) => [addAt(zerosLike(x!), indices!, cotangent), undefined],
  jvp: ([t], { inputs: [, indices] }) => t && apply(pickOperator, [t, indices!], {}),
  emit: ([x, indices], { shape }, emitter) =>
    emitter.node('GatherElements', [x!, indices!], { axis: shape.length - 1 }),
};

const addAtOperator: Operator = {
  name: 'addAt',
  type([base, indices, updates]) {
    checkRows('addAt', base!, indices!);
    if (!sameShape(updates!.shape, indices!.shape) || updates!.dtype !== base!.dtype) {
      throw new ShapeError(`addAt: updates ${updates!.dtype}${show(updates!.shape)} don't fit ${show(indices!.shape)}`);
    }
    return base!;
  },
  evaluate([base, indices, updates], { shape, dtype }) {
    const size = shape.at(-1)!;
    checkPositions('addAt', indices!, size);
    return build(shape, dtype, (i, index) => {
      const row = Math.floor(i / size);
      return base!.data[i]! + (index.at(-1) === indices!.data[row] ? updates!.data[row]! : 0);
    });
  },
  vjp: (cotangent, { inputs: [, indices] }) => [cotangent, undefined, apply(pickOperator, [cotangent, indices!], {})],
  jvp: ([base, , updates], { inputs: [x, indices] }) =>
    updates ? addAt(base ?? zerosLike(x!), indices!, updates) : base,
  emit: ([base, indices, updates], { shape }, emitter) =>
    emitter.node('ScatterElements', [base!, indices!, updates!], { axis: shape.length - 1, reduction: 'add' }),
};

const zerosLike = ({ shape, dtype }: Tensor): Tensor => broadcastTo(constant(0, [], dtype), shape);

/** @throws {ShapeError} unless there is one index for each row of `x` */
function checkRows(name: string, x: Tensor, indices: Tensor): void {
  checkIndices(name, indices);
  if (x.shape.length === 0 || !sameShape(indices.shape, x.shape.with(-1, 1))) {
    throw new ShapeError(`${name}: an index is needed for each row of ${show(x.shape)}, not ${show(indices.shape)}`);
  }
}

/** `base` with an update added to one entry of every row; indices and updates are [..., 1]. */
export const addAt = (base: Tensor, indices: Tensor, updates: Tensor): Tensor =>
  apply(addAtOperator, [base, indices, updates], {});

/** Indices and updates of a tensor that has one entry in every row and zeros beside it. */
export function singleEntries(tensor: Tensor): { readonly indices: Tensor; readonly updates: Tensor } | undefined {
  const [base, indices, updates] = tensor.inputs as [Tensor, Tensor, Tensor];
  return tensor.operator === addAtOperator && uniformValue(base) === 0 ? { indices, updates } : undefined;
}

/**
 * The entry of every row (line along the last axis) at that row's index: `x` `[…, n]` and `indices` `[…]`, which must lie in 0 … n − 1, give
 * `[…]`.
 * @throws {ShapeError} unless there is one index for each row
 */
export function pick(x: Tensor, indices: Tensor): Tensor {
  const rows = x.shape.slice(0, -1);
  if (x.shape.length === 0 || !sameShape(indices.shape, rows)) {
    throw new ShapeError(`pick: an index is needed for each row of ${show(x.shape)}, not ${show(indices.shape)}`);
  }
  return reshape(apply(pickOperator, [x, reshape(indices, [...rows, 1])], {}), rows);
}
