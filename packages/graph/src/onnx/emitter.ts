import type { DType, TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';

export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** What an operator needs to write its ONNX form. */
export interface Emitter {
  /**
   * Adds a node of which one output is used and returns that output's name. Integer attributes are numbers, real ones `{ float }`;
   * `position` is that of the output, the first by default.
   */
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    position?: number,
  ): string;
  /** Adds a constant (equal ones are shared) and returns its name. */
  constant(dtype: DType, shape: Shape, data: TypedArray): string;
  /** A one-dimensional int64 constant: shapes, axes, starts and ends. */
  int64s(values: readonly number[]): string;
  /** A scalar constant. */
  scalar(dtype: DType, value: number): string;
}
