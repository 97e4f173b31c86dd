import type { DType } from '../src/dtype.ts';
import { type AnyGraph, input, jvp, type NdArray, sizeOf, type Tensor, vjp } from '../src/index.ts';
import { drawOperands, type OperatorCase } from './operator-cases.ts';
import { array, uniform, type Values } from './values.ts';

/** ONNX Runtime 1.30 has no float64 kernel for these on CPUs. */
export const WITHOUT_FLOAT64 = new Set([
  ...['erf', 'gelu', 'averagePool2d', 'conv2d', 'conv2dWeightGradient', 'convTranspose2d'],
  ...['tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'asinh', 'acosh', 'atanh'],
]);

export interface Derivatives {
  readonly graph: AnyGraph;
  readonly values: Values;
  readonly operands: readonly NdArray[];
  readonly cotangent: NdArray;
  readonly tangents: readonly NdArray[];
}

/** y, Jᵀv as `vjp<i>` and Ju as `jvp` for one use of an operator with random v and u. */
export function derivativesOf(each: OperatorCase, at: number, dtype: DType): Derivatives {
  const operands = drawOperands(each, at, dtype);
  const xs = each.shapes.map((shape, i) => input(`x${i}`, shape, dtype));
  const us = each.shapes.map((shape, i) => input(`u${i}`, shape, dtype));
  const y = each.apply(xs);
  const v = input('v', y.shape, dtype);
  const { cotangent } = vjp(each.apply, xs, v);
  const { tangent } = jvp(each.apply, xs, us);
  const named = <T>(prefix: string, list: readonly T[]) => list.map((x, i) => [`${prefix}${i}`, x] as const);
  const random = (shape: readonly number[], i: number) => array(shape, dtype, uniform(at + 1 + i, sizeOf(shape)));
  const tangents = each.shapes.map((shape, i) => random(shape, i + 1));
  const v0 = random(y.shape, 0);
  return {
    graph: {
      inputs: Object.fromEntries([...named('x', xs), ...named('u', us), ['v', v]]),
      outputs: Object.fromEntries([['y', y], ...named('vjp', cotangent), ['jvp', tangent as Tensor]]),
    },
    values: Object.fromEntries([...named('x', operands), ...named('u', tangents), ['v', v0]]),
    operands,
    cotangent: v0,
    tangents,
  };
}
