import {
  add,
  broadcastTo,
  cast,
  constant,
  type DType,
  equal,
  less,
  reshape,
  slice,
  type Tensor,
  where,
} from '@unbraid/graph';
import { elementType } from '../../proto/element-type.ts';
import { valuesOf } from '../../proto/tensor-data.ts';
import type { Converters, NodeContext } from '../converter.ts';
import { axisIn } from './axes.ts';
import { counted } from './count.ts';
import { widest } from './kernel-types.ts';

/** A tensor, or numbers written as attributes. */
function convertConstant(node: NodeContext): readonly Tensor[] {
  const { attributes } = node;
  const tensor = attributes.tensor('value');
  if (tensor) {
    const { data, shape, dtype } = valuesOf(tensor);
    return [constant(data, shape, dtype)];
  }
  if (attributes.has('value_float')) return [constant(attributes.float('value_float', 0))];
  if (attributes.has('value_int')) return [constant(attributes.integer('value_int', 0), [], 'int64')];
  const floats = attributes.floats('value_floats');
  if (floats) return [constant(floats, [floats.length])];
  const integers = attributes.integers('value_ints');
  if (integers) return [constant(integers, [integers.length], 'int64')];
  return node.fail('its value is a text or a sparse tensor, which aren’t read; save it as numbers');
}

function convertConstantOfShape(node: NodeContext): readonly Tensor[] {
  const shape = node.integers(0);
  const tensor = node.attributes.tensor('value');
  if (!tensor) return [broadcastTo(constant(0), shape)];
  const { data, dtype } = valuesOf(tensor);
  if (data.length !== 1) node.fail(`its value has ${data.length} entries, one is needed`);
  return [broadcastTo(constant(data[0]!, [], dtype), shape)];
}

/** Numbers from a start to before a limit, which are known here. */
function convertRange(node: NodeContext): readonly Tensor[] {
  const [start, limit, delta] = [node.number(0), node.number(1), node.number(2)];
  const count = counted(node, Math.max(0, Math.ceil((limit - start) / delta)));
  const numbers = Float64Array.from({ length: count }, (_, i) => start + i * delta);
  return [constant(numbers, [count], node.input(0).dtype)];
}

function convertEyeLike(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const [rows, columns] = x.shape as [number, number];
  if (x.shape.length !== 2) node.fail(`it takes a matrix, not [${x.shape.join(', ')}]`);
  const k = node.attributes.integer('k', 0);
  const ones = Float64Array.from({ length: counted(node, rows * columns) }, (_, i) =>
    Number((i % columns) - Math.floor(i / columns) === k),
  );
  return [constant(ones, [rows, columns], typeOf(node, 'dtype', x.dtype))];
}

function typeOf(node: NodeContext, attribute: string, absent: DType): DType {
  if (!node.attributes.has(attribute)) return absent;
  const { name, dtype } = elementType(node.attributes.integer(attribute, 0));
  return dtype ?? node.fail(`it makes values of ${name}, which aren't read`);
}

/** `on` at the index and `off` elsewhere, along a new axis; indices below 0 count from the end. */
function convertOneHot(node: NodeContext): readonly Tensor[] {
  const indices = cast(node.input(0), 'int64');
  const depth = counted(node, Math.trunc(node.number(1)));
  if (depth < 1) node.fail(`its depth is ${depth}; a number of at least 1 is needed`);
  const [off, on] = [0, 1].map((i) => reshape(slice(node.input(2), [i], [i + 1]), [])) as [Tensor, Tensor];
  const rank = indices.shape.length + 1;
  const axis = axisIn(node, node.attributes.integer('axis', -1), rank);
  const from = where(less(indices, 0), add(indices, depth), indices);
  const column = reshape(from, indices.shape.toSpliced(axis, 0, 1));
  const positions = constant(
    [...new Array(depth).keys()],
    Array.from({ length: rank }, (_, i) => (i === axis ? depth : 1)),
    'int64',
  );
  const type = widest(on.dtype);
  return [cast(where(equal(column, positions), cast(on, type), cast(off, type)), on.dtype)];
}

/** Tensors whose values follow from attributes and shapes. */
export const constants: Converters = {
  Constant: convertConstant,
  ConstantOfShape: convertConstantOfShape,
  Range: convertRange,
  EyeLike: convertEyeLike,
  OneHot: convertOneHot,
};
