import { StateError } from '@unbraid/checks';
import type { Shape, Tensor } from '@unbraid/graph';

/** Whether a model is applied to train it or to use it, and what a layer may ask for while it trains. */
export interface Mode {
  readonly training: boolean;
  /**
   * Records that the parameter `current`, which no gradient moves (`fixedParam`), becomes `next` after the step; where it
   * is called twice for one parameter, the last call counts.
   * @throws {StateError} outside training
   * @throws {InputError} for any other tensor
   */
  update(current: Tensor, next: Tensor): void;
  /**
   * A float32 mask of `shape`, 1 with probability `keep` and else 0; new for each call and each step.
   * @throws {StateError} outside training
   */
  mask(shape: Shape, keep: number): Tensor;
}

const onlyInTraining = (what: string) => (): never => {
  throw new StateError(`nn: mode.${what} is for training alone; ask mode.training first`);
};

/** The mode in which models predict: nothing is recorded, nothing is random. */
export const inference: Mode = {
  training: false,
  update: onlyInTraining('update'),
  mask: onlyInTraining('mask'),
};
