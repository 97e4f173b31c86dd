import type { DType, TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';

export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** Operators of ONNX Runtime's own for images whose channels are stored in blocks. */
export const BLOCKED = {
  conv: 'com.microsoft.nchwc.Conv',
  reorderInput: 'com.microsoft.nchwc.ReorderInput',
  reorderOutput: 'com.microsoft.nchwc.ReorderOutput',
} as const;

/** Which forms operators may take beside the plain ones, which an exported file has. */
export interface Forms {
  /** Channels in a block of the backend's blocked operators (`BLOCKED`); undefined where it has none. */
  readonly channelBlock?: number | undefined;
  /** Whether products are written so that their bits don't depend on the number of threads. */
  readonly sameBits?: boolean;
  /** Threads of the backend, where they are known: products have forms that give the same bits on more or fewer. */
  readonly threads?: number | undefined;
  /** Whether the model is made for several sizes of the batch, so that no form may depend on a size. */
  readonly openSizes?: boolean;
}

/** What a blocked convolution does to its result at once. */
export interface Epilogue {
  /** The name of a number for each filter, which is added. */
  readonly bias?: string | undefined;
  readonly relu?: boolean;
}

/** What an operator needs to write its ONNX form. */
export interface Emitter extends Forms {
  /** Set where a convolution's own form is asked for that does more. */
  readonly epilogue?: Epilogue;
  /**
   * Adds a node of which one output is used and returns that output's name. Integer attributes are numbers, real ones `{ float }`; a
   * type outside ONNX's own operators has its domain in front; `position` is that of the output, the first by default.
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
  /** A batch of images whose channels fill blocks, in blocks, under its old shape. */
  toBlocks(images: string): string;
  /** The images that `blocked` holds. What stays in blocks is never computed in this form. */
  fromBlocks(blocked: string, channels: number): string;
  /** The same images in blocks, where they are known already. */
  inBlocks(images: string): string | undefined;
  /** Tells that `blocked` holds the same images. */
  keepBlocks(images: string, blocked: string): void;
}
