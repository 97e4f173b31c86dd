import type { Tensor } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import type { Space, Value } from '@unbraid/sim-env';

/** Kinds of distributions. */
export type DistributionName = 'categorical' | 'greedy' | 'gaussian' | 'squashed-gaussian';

/** Actions of a batch, drawn or chosen. */
export interface DrawnActions {
  /** A row of `actionSize` numbers for each row of outputs: written. */
  readonly actions: Float32Array;
  /** The logarithm of the probability or density of each: written. */
  readonly logProbs: Float32Array;
}

/**
 * How a network's outputs tell how likely actions are. Actions are rows of numbers here: the number of a choice, counted from 0; the entries of a Box before they are
 * clipped, or, squashed, from −1 to 1.
 *
 * What is computed on tensors goes into graphs, with derivatives; what is computed on numbers is for acting.
 */
export interface Distribution<A extends Space = Space> {
  readonly name: DistributionName;
  readonly actionSpace: A;
  /** Numbers that a network gives for a row. */
  readonly outputs: number;
  /** Numbers in the row of an action. */
  readonly actionSize: number;
  /** How many each of the choices at once has; empty where nothing can be masked. A mask's row has their sum. */
  readonly choices: readonly number[];
  /**
   * Of each row the logarithm of the probability, or density, of its action: `[rows]`.
   * @param outputs `[rows, outputs]`
   * @param actions `[rows, actionSize]`
   * @param mask `[rows, outputs]`, 1 where a choice is allowed and 0 where not
   */
  logProb(outputs: Tensor, actions: Tensor, mask?: Tensor): Tensor;
  /** Of each row the entropy in nats: `[rows]`. @throws {InputError} `graph`, for the squashed Gaussian, which has none in closed form */
  entropy(outputs: Tensor, mask?: Tensor): Tensor;
  /** The likeliest action of each row, as the environment takes it, in float32: `[rows, actionSize]`; of a squashed Gaussian that of its normal. */
  mode(outputs: Tensor): Tensor;
  /**
   * Writes an action for each row: drawn, or without `random` the likeliest.
   * @param outputs rows of numbers, as many as `drawn` has room for
   * @param mask rows of 0 and 1
   */
  draw(outputs: Float32Array, drawn: DrawnActions, random?: Random, mask?: Uint8Array): void;
  /** The action at a row of `actions`, as the environment takes it: choices from `start` on, entries within the Box. */
  actionAt(actions: Float32Array, row: number): Value<A>;
  /** Writes an environment's action to a row of `actions`: the reverse of `actionAt`. */
  writeAction(action: Value<A>, actions: Float32Array, row: number): void;
}
