import type { DType, TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';

export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** What an operator needs to write its ONNX form. */
export interface Emitter {
  /** Adds a node with one output and returns that output's name. Integer attributes are numbers, real ones `{ float }`. */
  node(type: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string;
  /** Adds a constant (equal ones are shared) and returns its name. */
  constant(dtype: DType, shape: Shape, data: TypedArray): string;
  /** A one-dimensional int64 constant: shapes, axes, starts and ends. */
  int64s(values: readonly number[]): string;
  /** A scalar constant. */
  scalar(dtype: DType, value: number): string;
}
