import { build, flatIndex, type NdArray, roundTo } from '../ndarray.ts';
import { normalizeAxis, ShapeError, sameShape, show } from '../shape.ts';
import { type AttributeValue, apply, type Operator, type Tensor } from '../tensor.ts';
import { checkPositions } from './gather.ts';
import { checkElements } from './gather-elements.ts';
import { optionsOf } from './options.ts';
import { type Reduction, scatterCotangents, scatterTangent } from './scatter-rules.ts';

/** Where `scatterElements` puts its updates. */
export interface ScatterOptions {
  /** The axis along which indices count, the first by default. */
  readonly axis?: number;
  /** What becomes of an entry and its updates. By default the last update takes its place. */
  readonly reduction?: Reduction;
}

interface Attributes {
  readonly [name: string]: AttributeValue;
  readonly axis: number;
  readonly reduction: Reduction;
}

const meanings: Readonly<Record<Reduction, (entry: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (entry, update) => entry + update,
  mul: (entry, update) => entry * update,
  max: Math.max,
  min: Math.min,
};

const operator: Operator<Attributes> = {
  name: 'scatterElements',
  type([base, indices, updates], { axis }) {
    checkElements('scatterElements', base!, indices!, axis);
    if (!sameShape(updates!.shape, indices!.shape) || updates!.dtype !== base!.dtype) {
      const found = `updates ${updates!.dtype}${show(updates!.shape)}`;
      throw new ShapeError(`scatterElements: ${found} don't fit indices ${show(indices!.shape)} of ${base!.dtype}`);
    }
    return base!;
  },
  evaluate([base, indices, updates], { dtype, attributes: { axis, reduction } }) {
    checkPositions('scatterElements', indices!, base!.shape[axis]!);
    const result: NdArray = { ...base!, data: base!.data.slice() };
    build(indices!.shape, 'int64', (i, index) => {
      const at = flatIndex(base!.shape, index.with(axis, indices!.data[i]!));
      result.data[at] = roundTo(dtype, meanings[reduction](result.data[at]!, updates!.data[i]!));
      return 0;
    });
    return result;
  },
  vjp: (cotangent, { inputs: [base, indices, updates], attributes }) =>
    scatterCotangents(cotangent, { base: base!, indices: indices!, updates: updates!, ...attributes }),
  jvp: ([tb, , tu], { inputs: [base, indices, updates], attributes }) =>
    scatterTangent(tb, tu, { base: base!, indices: indices!, updates: updates!, ...attributes }),
  emit: ([base, indices, updates], { attributes: { axis, reduction } }, emitter) =>
    emitter.node('ScatterElements', [base!, indices!, updates!], {
      axis,
      ...(reduction !== 'none' && { reduction }),
    }),
};

/**
 * `base` with every update put in the place that `gatherElements` takes it from: `y[indices[i][j]][j] = updates[i][j]` for axis 0. Where several
 * updates share a place and the reduction is none, the last counts, and it alone has the derivative; the derivative of a maximum or minimum is
 * shared by those that tie, as PyTorch's.
 * @throws {ShapeError} unless `updates` and `indices` have one shape, with as many axes as `base` and no larger along those other than `axis`
 */
export function scatterElements(base: Tensor, indices: Tensor, updates: Tensor, options: ScatterOptions = {}): Tensor {
  const { axis = 0, reduction = 'none' } = optionsOf('scatterElements', options, 'axis', 'reduction');
  if (!Object.hasOwn(meanings, reduction)) {
    throw new ShapeError(`scatterElements: reduction is none, add, mul, max or min, not ${String(reduction)}`);
  }
  const at = normalizeAxis('scatterElements', axis, base.shape);
  return apply(operator, [base, indices, updates], { axis: at, reduction });
}
