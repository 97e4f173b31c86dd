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
  // Not ScatterND: ONNX Runtime adds its rows on several threads at once, and loses some where they meet.
  emit([updates, indices], { shape, dtype, inputs: [, index], attributes: { axis } }, emitter) {
    const count = sizeOf(index!.shape);
    const from = shape.with(axis, count);
    const rows = emitter.node('Reshape', [updates!, emitter.int64s(from)]);
    const line = emitter.node('Reshape', [indices!, emitter.int64s(from.map((size, i) => (i === axis ? size : 1)))]);
    const places = emitter.node('Expand', [line, emitter.int64s(from)]);
    const zeros = emitter.node('Expand', [emitter.scalar(dtype, 0), emitter.int64s(shape)]);
    return emitter.node('ScatterElements', [zeros, places, rows], { axis, reduction: 'add' });
  },
};

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
