import { build, flatIndex } from '../ndarray.ts';
import { normalizeAxis, ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { broadcastTo } from './broadcast-to.ts';
import { constant } from './constant.ts';
import { checkIndices, checkPositions } from './gather.ts';
import { scatterElements } from './scatter-elements.ts';

interface Attributes {
  readonly [name: string]: number;
  readonly axis: number;
}

const operator: Operator<Attributes> = {
  name: 'gatherElements',
  type([x, indices], { axis }) {
    checkElements('gatherElements', x!, indices!, axis);
    return { shape: indices!.shape, dtype: x!.dtype };
  },
  evaluate([x, indices], { shape, dtype, attributes: { axis } }) {
    checkPositions('gatherElements', indices!, x!.shape[axis]!);
    return build(shape, dtype, (i, index) => x!.data[flatIndex(x!.shape, index.with(axis, indices!.data[i]!))]!);
  },
  vjp(cotangent, { inputs: [x, indices], attributes: { axis } }) {
    const zeros = broadcastTo(constant(0, [], x!.dtype), x!.shape);
    return [scatterElements(zeros, indices!, cotangent, { axis, reduction: 'add' }), undefined];
  },
  jvp: ([t], { inputs: [, indices], attributes: { axis } }) => t && gatherElements(t, indices!, axis),
  emit: ([x, indices], { attributes: { axis } }, emitter) => emitter.node('GatherElements', [x!, indices!], { axis }),
};

/** @throws {ShapeError} unless `indices` has as many axes as `x`, and is no larger along those other than `axis` */
export function checkElements(name: string, x: Tensor, indices: Tensor, axis: number): void {
  checkIndices(name, indices);
  const fits = indices.shape.every((size, i) => i === axis || size <= x.shape[i]!);
  if (indices.shape.length !== x.shape.length || !fits) {
    throw new ShapeError(`${name}: indices ${show(indices.shape)} don't fit ${show(x.shape)} beside axis ${axis}`);
  }
}

/**
 * For every index the entry at its own place, but along `axis` where the index says: `y[i][j] = x[indices[i][j]][j]` for axis 0. Indices lie
 * in 0 … size − 1.
 * @throws {ShapeError} unless `indices` has as many axes as `x`, and is no larger along the others
 */
export const gatherElements = (x: Tensor, indices: Tensor, axis = 0): Tensor =>
  apply(operator, [x, indices], { axis: normalizeAxis('gatherElements', axis, x.shape) });
