import { flatIndex, type NdArray, roundTo } from '../ndarray.ts';
import { type Shape, ShapeError, show, sizeOf } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { checkIndices, checkPositions, gather } from './gather.ts';

interface ScatterAttributes {
  readonly [name: string]: number;
  readonly size: number;
  readonly axis: number;
}

const operator: Operator<ScatterAttributes> = {
  name: 'scatterAdd',
  type([updates, indices], { size, axis }) {
    checkIndices('scatterAdd', indices!);
    const rank = indices!.shape.length;
    const named = updates!.shape.slice(axis, axis + rank);
    if (axis < 0 || named.length !== rank || named.some((d, i) => d !== indices!.shape[i])) {
      throw new ShapeError(
        `scatterAdd: updates ${show(updates!.shape)} don't have the indices' axes ${show(indices!.shape)} at axis ${axis}`,
      );
    }
    return {
      shape: [...updates!.shape.slice(0, axis), size, ...updates!.shape.slice(axis + rank)],
      dtype: updates!.dtype,
    };
  },
  evaluate([updates, indices], { shape, dtype, attributes: { axis } }) {
    checkPositions('scatterAdd', indices!, shape[axis]!);
    const result: NdArray = { shape, dtype, data: new Float64Array(sizeOf(shape)) };
    forEachPiece(updates!.shape, indices!.shape.length, axis, (from, outer, at, inner) => {
      result.data[flatIndex(shape, [...outer, indices!.data[at]!, ...inner])]! += updates!.data[from]!;
    });
    result.data.forEach((x, i) => {
      result.data[i] = roundTo(dtype, x);
    });
    return result;
  },
  vjp: (cotangent, { inputs: [, indices], attributes: { axis } }) => [gather(cotangent, indices!, axis), undefined],
  jvp: ([t], { inputs: [, indices], attributes: { size, axis } }) => t && scatterAdd(t, indices!, size, axis),
  emit([updates, indices], { shape, dtype, inputs: [source, index], attributes: { axis } }, emitter) {
    const rank = index!.shape.length;
    const count = sizeOf(index!.shape);
    const { shape: from } = source!;
    const front = [...from.keys()].sort((a, b) => order(a, axis, rank) - order(b, axis, rank));
    const moved = axis === 0 ? updates! : emitter.node('Transpose', [updates!], { perm: front });
    const rest = [...shape.slice(0, axis), ...shape.slice(axis + 1)];
    const rows = emitter.node('Reshape', [moved, emitter.int64s([count, ...rest])]);
    const wide = emitter.node('Cast', [indices!], { to: 7 });
    const column = emitter.node('Reshape', [wide, emitter.int64s([count, 1])]);
    const zeros = emitter.node('Expand', [emitter.scalar(dtype, 0), emitter.int64s([shape[axis]!, ...rest])]);
    const sum = emitter.node('ScatterND', [zeros, column, rows], { reduction: 'add' });
    if (axis === 0) return sum;
    const back = shape.map((_, i) => (i < axis ? i + 1 : i === axis ? 0 : i));
    return emitter.node('Transpose', [sum], { perm: back });
  },
};

/** Sort key that moves the indexed axes to the front and keeps the others in order. */
const order = (i: number, axis: number, rank: number) => (i >= axis && i < axis + rank ? i - axis : i + rank + axis);

function forEachPiece(
  shape: Shape,
  rank: number,
  axis: number,
  visit: (from: number, outer: number[], at: number, inner: number[]) => void,
): void {
  const indexed = shape.slice(axis, axis + rank);
  for (let from = 0; from < sizeOf(shape); from++) {
    const index: number[] = [];
    let rest = from;
    for (let i = shape.length - 1; i >= 0; i--) {
      index.unshift(rest % shape[i]!);
      rest = Math.floor(rest / shape[i]!);
    }
    visit(from, index.slice(0, axis), flatIndex(indexed, index.slice(axis, axis + rank)), index.slice(axis + rank));
  }
}

/** The adjoint of `gather`: zeros of `size` along `axis`, with every update added at its position. */
export const scatterAdd = (updates: Tensor, indices: Tensor, size: number, axis = 0): Tensor =>
  apply(operator, [updates, indices], { size, axis });
