import { build, flatIndex } from '../ndarray.ts';
import { normalizeAxis, ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { checkSameType } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { constant } from './constant.ts';
import { slice } from './slice.ts';

interface ConcatAttributes {
  readonly [name: string]: number;
  readonly axis: number;
}

const operator: Operator<ConcatAttributes> = {
  name: 'concat',
  type(inputs, { axis }) {
    const first = inputs[0]!;
    for (const x of inputs) {
      checkSameType('concat', first, x);
      if (x.shape.length !== first.shape.length || x.shape.some((d, i) => i !== axis && d !== first.shape[i])) {
        throw new ShapeError(`concat: ${show(first.shape)} and ${show(x.shape)} differ outside axis ${axis}`);
      }
    }
    const total = inputs.reduce((n, x) => n + x.shape[axis]!, 0);
    return { shape: first.shape.with(axis, total), dtype: first.dtype };
  },
  evaluate(inputs, { shape, dtype, attributes: { axis } }) {
    return build(shape, dtype, (_, index) => {
      let at = index[axis]!;
      let part = 0;
      while (at >= inputs[part]!.shape[axis]!) at -= inputs[part++]!.shape[axis]!;
      const from = inputs[part]!;
      return from.data[flatIndex(from.shape, index.with(axis, at))]!;
    });
  },
  vjp(cotangent, { inputs, attributes: { axis } }) {
    let start = 0;
    return inputs.map(({ shape }) => {
      const [from, to] = [start, start + shape[axis]!];
      start = to;
      return slice(
        cotangent,
        shape.map((_, i) => (i === axis ? from : 0)),
        shape.map((d, i) => (i === axis ? to : d)),
      );
    });
  },
  jvp(tangents, { inputs, attributes: { axis } }) {
    const zeros = ({ shape, dtype }: Tensor) => broadcastTo(constant(0, [], dtype), shape);
    return concat(
      tangents.map((t, i) => t ?? zeros(inputs[i]!)),
      axis,
    );
  },
  emit: (inputs, { attributes: { axis } }, emitter) => emitter.node('Concat', inputs, { axis }),
  simplify: ({ inputs }) => (inputs.length === 1 ? inputs[0] : undefined),
};

/** Joins tensors along an axis; all other sizes must agree. @throws {ShapeError} also for an empty list */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  const first = tensors[0];
  if (!first) throw new ShapeError('concat: needs at least one tensor');
  return apply(operator, tensors, { axis: normalizeAxis('concat', axis, first.shape) });
}
