import { isFloat } from '../dtype.ts';
import { input } from '../operators/input.ts';
import { ShapeError, sameShape, show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { substitute } from '../topology.ts';
import { leavesOf, refill, type Tree } from '../tree.ts';
import { pushforward } from './forward.ts';
import { onesLike, pullback } from './reverse.ts';

type TensorTree = Tree<Tensor>;
type ScalarFunction<P extends TensorTree, R extends readonly unknown[]> = (params: P, ...rest: R) => Tensor;

/**
 * Calls `f` on stand-ins for the leaves of `params` and hands result and stand-ins to `derive`; in what that returns the
 * stand-ins are replaced by the real leaves. So a derivative is with respect to the argument alone, even where `f` closes
 * over tensors that were computed from the same leaves.
 */
function isolated<P extends TensorTree, Y>(
  params: P,
  f: (params: P) => Y,
  derive: (y: Y, standIns: readonly Tensor[]) => readonly Tensor[],
): Tensor[] {
  const leaves = leavesOf<Tensor>(params);
  const standIns = leaves.map(({ path, value }) => input(path || 'argument', value.shape, value.dtype));
  const results = derive(f(refill(params, standIns) as unknown as P), standIns);
  return substitute(results, new Map(standIns.map((standIn, i) => [standIn, leaves[i]!.value])));
}

function checkScalar(transform: string, y: Tensor): void {
  if (y.shape.length > 0 || !isFloat(y.dtype)) {
    throw new ShapeError(
      `${transform}: the function returned ${y.dtype}${show(y.shape)}; a float scalar is needed, sum or average it first`,
    );
  }
}

/** @throws {ShapeError} unless both trees have leaves of the same shapes in the same places */
function checkTangents(transform: string, params: TensorTree, tangents: TensorTree): void {
  const [a, b] = [leavesOf<Tensor>(params), leavesOf<Tensor>(tangents)];
  a.forEach(({ path, value }, i) => {
    const other = b[i];
    if (other?.path !== path || other.value.dtype !== value.dtype || !sameShape(other.value.shape, value.shape)) {
      const found = other ? `${other.path || 'a tensor'} ${other.value.dtype}${show(other.value.shape)}` : 'nothing';
      throw new ShapeError(
        `${transform}: ${path || 'the argument'} is ${value.dtype}${show(value.shape)}, its direction is ${found}`,
      );
    }
  });
  if (b.length > a.length) throw new ShapeError(`${transform}: ${b.length} directions given for ${a.length} arguments`);
}

/** From a scalar function of a tree, the function that returns its value and its gradient, a tree like the first argument. */
export function valueAndGrad<P extends TensorTree, R extends readonly unknown[]>(
  f: ScalarFunction<P, R>,
): (params: P, ...rest: R) => { value: Tensor; grad: P } {
  return (params, ...rest) => {
    const [value, ...grads] = isolated(
      params,
      (p) => f(p, ...rest),
      (y, standIns) => {
        checkScalar('grad', y);
        return [y, ...pullback([y], [onesLike(y)], standIns)];
      },
    );
    return { value: value!, grad: refill(params, grads) as unknown as P };
  };
}

/** The gradient of a scalar function with respect to its first argument. */
export function grad<P extends TensorTree, R extends readonly unknown[]>(
  f: ScalarFunction<P, R>,
): (params: P, ...rest: R) => P {
  const both = valueAndGrad(f);
  return (params, ...rest) => both(params, ...rest).grad;
}

/** Value of `f` at `params`, and Jᵀv for the cotangent `v` of its result: a tree like `params`. */
export function vjp<P extends TensorTree, Y extends TensorTree>(
  f: (params: P) => Y,
  params: P,
  cotangent: Y,
): { value: Y; cotangent: P } {
  let shape: Y | undefined;
  const results = isolated(params, f, (y, standIns) => {
    shape = y;
    checkTangents('vjp', y, cotangent);
    const outputs = leavesOf<Tensor>(y).map((leaf) => leaf.value);
    const cotangents = leavesOf<Tensor>(cotangent).map((leaf) => leaf.value);
    return [...outputs, ...pullback(outputs, cotangents, standIns)];
  });
  const count = leavesOf<Tensor>(shape!).length;
  return {
    value: refill(shape!, results.slice(0, count)) as unknown as Y,
    cotangent: refill(params, results.slice(count)) as unknown as P,
  };
}

/** Value of `f` at `params`, and Jv for the tangent `v` of `params`: a tree like the result. */
export function jvp<P extends TensorTree, Y extends TensorTree>(
  f: (params: P) => Y,
  params: P,
  tangent: P,
): { value: Y; tangent: Y } {
  checkTangents('jvp', params, tangent);
  const tangents = leavesOf<Tensor>(tangent).map((leaf) => leaf.value);
  let shape: Y | undefined;
  const results = isolated(params, f, (y, standIns) => {
    shape = y;
    const outputs = leavesOf<Tensor>(y).map((leaf) => leaf.value);
    return [...outputs, ...pushforward(outputs, standIns, tangents)];
  });
  const count = results.length / 2;
  return {
    value: refill(shape!, results.slice(0, count)) as unknown as Y,
    tangent: refill(shape!, results.slice(count)) as unknown as Y,
  };
}

/** Hessian-vector product of a scalar function, forward over reverse: the gradient's change along `v`. */
export function hvp<P extends TensorTree, R extends readonly unknown[]>(
  f: ScalarFunction<P, R>,
): (params: P, v: P, ...rest: R) => P {
  return (params, v, ...rest) => jvp((p: P) => grad(f)(p, ...rest), params, v).tangent;
}
