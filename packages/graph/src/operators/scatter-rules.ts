import { sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { broadcastTo } from './broadcast-to.ts';
import { cast } from './cast.ts';
import { chain } from './chain.ts';
import { constant, constantValue } from './constant.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { gatherElements } from './gather-elements.ts';
import { mul } from './mul.ts';
import { scatterElements } from './scatter-elements.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/** What becomes of an entry and the updates that are put in its place. */
export type Reduction = 'none' | 'add' | 'mul' | 'max' | 'min';

interface Use {
  readonly base: Tensor;
  readonly indices: Tensor;
  readonly updates: Tensor;
  readonly axis: number;
  readonly reduction: Reduction;
}

const zerosLike = ({ shape, dtype }: Tensor): Tensor => broadcastTo(constant(0, [], dtype), shape);

/** The cotangents of base and updates. */
export function scatterCotangents(cotangent: Tensor, use: Use): readonly (Tensor | undefined)[] {
  const { base, indices, updates, axis, reduction } = use;
  const back = gatherElements(cotangent, indices, axis);
  if (reduction === 'add') return [cotangent, undefined, back];
  if (reduction === 'none') {
    const last = lastOnes(use);
    const kept = scatterElements(cotangent, indices, zerosLike(updates), { axis });
    return [kept, undefined, last ? where(last, back, zerosLike(back)) : back];
  }
  const [byBase, byUpdates] = slopes(use, scatterElements(base, indices, updates, { axis, reduction }));
  return [chain(cotangent, byBase), undefined, chain(back, byUpdates)];
}

/** The tangent of the result. */
export function scatterTangent(tb: Tensor | undefined, tu: Tensor | undefined, use: Use): Tensor | undefined {
  const { base, indices, updates, axis, reduction } = use;
  if (reduction === 'none') {
    return scatterElements(tb ?? zerosLike(base), indices, tu ?? zerosLike(updates), { axis });
  }
  const put = (t: Tensor, on: Tensor) => scatterElements(on, indices, t, { axis, reduction: 'add' });
  if (reduction === 'add') return tu ? put(tu, tb ?? zerosLike(base)) : tb;
  const [byBase, byUpdates] = slopes(use, scatterElements(base, indices, updates, { axis, reduction }));
  const fromBase = tb && chain(tb, byBase);
  return tu ? put(chain(tu, byUpdates), fromBase ?? zerosLike(base)) : fromBase;
}

/** The derivative of an entry of the result by that of the base and by each update. */
function slopes(use: Use, y: Tensor): [Tensor, Tensor] {
  return use.reduction === 'mul' ? productSlopes(use) : shares(use, y);
}

/** The product of all others, also where a factor is 0: from the product of those that aren't 0, and the number of those that are. */
function productSlopes({ base, indices, updates, axis }: Use): [Tensor, Tensor] {
  const zeros = (x: Tensor) => equal(x, 0);
  const count = (x: Tensor) => cast(zeros(x), x.dtype);
  const others = (x: Tensor) => where(zeros(x), 1, x);
  const product = scatterElements(others(base), indices, others(updates), { axis, reduction: 'mul' });
  const number = scatterElements(count(base), indices, count(updates), { axis, reduction: 'add' });
  const slope = (x: Tensor, p: Tensor, n: Tensor) => where(equal(sub(n, count(x)), 0), div(p, others(x)), 0);
  return [
    slope(base, product, number),
    slope(updates, gatherElements(product, indices, axis), gatherElements(number, indices, axis)),
  ];
}

/** What those have that attain an extremum. */
function shares({ base, indices, updates, axis }: Use, y: Tensor): [Tensor, Tensor] {
  const attains = (x: Tensor, most: Tensor) => cast(equal(x, most), x.dtype);
  const [fromBase, fromUpdates] = [attains(base, y), attains(updates, gatherElements(y, indices, axis))];
  const number = scatterElements(fromBase, indices, fromUpdates, { axis, reduction: 'add' });
  const each = div(1, number);
  return [mul(fromBase, each), mul(fromUpdates, gatherElements(each, indices, axis))];
}

/** Which updates are the last in their place; undefined where the indices are known and all differ. */
function lastOnes({ base, indices, axis }: Use): Tensor | undefined {
  const known = constantValue(indices);
  if (known && placesDiffer(known.data, indices.shape, axis)) return undefined;
  const order = constant(
    Array.from({ length: sizeOf(indices.shape) }, (_, i) => i),
    indices.shape,
    'int64',
  );
  const nobody = broadcastTo(constant(-1, [], 'int64'), base.shape);
  return equal(gatherElements(scatterElements(nobody, indices, order, { axis }), indices, axis), order);
}

function placesDiffer(data: Float64Array, shape: readonly number[], axis: number): boolean {
  const inner = sizeOf(shape.slice(axis + 1));
  const line = shape[axis]! * inner;
  const places = data.map((at, i) => (Math.floor(i / line) * 2 ** 31 + at) * inner + (i % inner));
  return new Set(places).size === data.length;
}
