/** An array of a Keras layer: its name in the file, its shape as Keras has it, and its entries, row-major. */
export interface KerasArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A layer of a Keras weights file with its arrays in Keras's order, such as kernel and bias. */
export interface KerasLayer {
  readonly name: string;
  readonly weights: readonly KerasArray[];
}
