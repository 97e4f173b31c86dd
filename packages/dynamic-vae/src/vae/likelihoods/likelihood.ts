import type { Tensor, Tree } from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';

/** p(x|z) of a decoder's outputs; all losses are −log p(x|z) in nats, summed over a row's entries. */
export interface Likelihood {
  /** What it is, plain JSON. */
  readonly settings: object;
  /** Numbers that the decoder gives for a row. */
  readonly outputs: number;
  /** What it learns itself, such as log σ; a tree without leaves where that is nothing. */
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** Of a batch: outputs `[rows, outputs]`, rows `[rows, cols]`; the mean over rows, a scalar. */
  loss(params: Tree<Tensor>, outputs: Tensor, x: Tensor): Tensor;
  /** Of each row `[rows]`; with `total` what `total` makes a loss of. */
  perRow(params: Tree<Tensor>, outputs: Tensor, x: Tensor): Tensor;
  /** The loss of a set whose mean of `perRow` this is; the same number where there is none. */
  total?(meanOfRows: number): number;
  /** What is expected of rows, in their form: `[rows, outputs]` to `[rows, cols]`; of a category the likeliest. */
  mean(outputs: Tensor): Tensor;
}
