import type { DType } from './dtype.ts';
import type { NdArray } from './ndarray.ts';
import type { Emitter } from './onnx/emitter.ts';
import type { Shape } from './shape.ts';

/** Marks the leaves of trees: tensors and tensor specifications. */
export const LEAF: unique symbol = Symbol.for('@unbraid/graph/leaf');

/** Shape and element type of a tensor. */
export interface TensorSpec {
  readonly [LEAF]: true;
  readonly shape: Shape;
  readonly dtype: DType;
}

export type AttributeValue = number | string | boolean | Shape | NdArray | TensorSpec;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * A symbolic tensor: the result of one operator on other tensors. Nothing is computed until `compile` or `evaluate`.
 * Tensors are immutable and compared by identity; equal subgraphs are merged when a graph is simplified.
 */
export interface Tensor<A extends Attributes = Attributes> extends TensorSpec {
  readonly operator: Operator<A>;
  readonly inputs: readonly Tensor[];
  readonly attributes: A;
}

/**
 * One operator. Everything about it stands in one file: its shape rule, its value, its derivative in both
 * directions and its ONNX form. A missing `vjp` or `jvp` means that the derivative is zero everywhere it exists.
 */
export interface Operator<A extends Attributes = Attributes> {
  readonly name: string;
  /** Shape and element type of the result. @throws {ShapeError} */
  type(inputs: readonly Tensor[], attributes: A): { readonly shape: Shape; readonly dtype: DType };
  /** The value in double precision: constants are folded with it, and it is the oracle of the ONNX form. */
  evaluate(inputs: readonly NdArray[], node: Tensor<A>): NdArray;
  /**
   * Reverse rule: the cotangent of each input, `undefined` where it is zero. It may leave out those that are not `wanted`, which is worth
   * it where a cotangent takes more than a few operators.
   */
  vjp?(cotangent: Tensor, node: Tensor<A>, wanted: readonly boolean[]): readonly (Tensor | undefined)[];
  /** Forward rule: the tangent of the result; `undefined` stands for zero, and never for all inputs at once. */
  jvp?(tangents: readonly (Tensor | undefined)[], node: Tensor<A>): Tensor | undefined;
  /** Adds ONNX nodes and returns the name of the value that holds the result. */
  emit(inputs: readonly string[], node: Tensor<A>, emitter: Emitter): string;
  /** Set where inputs broadcast against each other, so that none needs to be expanded before. */
  readonly broadcasts?: boolean;
  /** Set where computing the value again is cheaper than keeping it between two calls of ONNX Runtime. Such an operator has one input. */
  readonly recomputed?: boolean;
  /** A simpler tensor of the same value, if there is one. */
  simplify?(node: Tensor<A>): Tensor | undefined;
}

/** The tensor that `operator` makes of `inputs`. @throws {ShapeError} at the caller's line. */
export function apply<A extends Attributes>(operator: Operator<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  const { shape, dtype } = operator.type(inputs, attributes);
  const node: Tensor<A> = { [LEAF]: true, operator, inputs, attributes, shape, dtype };
  return node as unknown as Tensor;
}

/** Describes a tensor of a given shape and element type, for `trace`. */
export const spec = (shape: Shape, dtype: DType = 'float32'): TensorSpec => ({ [LEAF]: true, shape, dtype });
/** A float32 tensor's specification. */
export const f32 = (...shape: number[]): TensorSpec => spec(shape, 'float32');
/** A float64 tensor's specification. */
export const f64 = (...shape: number[]): TensorSpec => spec(shape, 'float64');
/** An int32 tensor's specification. */
export const i32 = (...shape: number[]): TensorSpec => spec(shape, 'int32');
/** An int64 tensor's specification. */
export const i64 = (...shape: number[]): TensorSpec => spec(shape, 'int64');
/** A boolean tensor's specification. */
export const bool = (...shape: number[]): TensorSpec => spec(shape, 'bool');
