import type { Stepper } from '@unbraid/nn';
import type { Measured } from '../tasks/measure.ts';

/** What happened in an epoch. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** With dropout; of several steps their mean. */
  readonly trainLoss: number;
  /** NaN without anything to validate on. */
  readonly validationLoss: number;
  /** What the task is scored by: accuracy, ROC AUC or R², higher for a better model; NaN without anything to validate on. */
  readonly validationScore: number;
  /** From 0 to 1; NaN without anything to validate on, and of quantities. */
  readonly validationAccuracy: number;
}

/** What is better: a lower validation loss, or a higher score or accuracy, the loss deciding between equal ones. */
export type Monitor = 'loss' | 'score' | 'accuracy';

/** What learns in an epoch. */
export interface Learner {
  /** Of the model, in the arena. */
  readonly params: { readonly data: Float32Array };
  readonly stepper: Stepper;
  /** Makes the steps of an epoch and gives their mean loss. @throws {DivergedError} */
  learn(epoch: number): Promise<number>;
  /** Left out where there is nothing to validate on. */
  readonly validate?: ((epoch: number) => Promise<Pick<Measured, 'loss' | 'score' | 'accuracy'>>) | undefined;
  /** More that later epochs follow from, to be kept in a checkpoint. */
  readonly more?: { get(): Int32Array; set(values: Int32Array): void } | undefined;
  /** All that a fit that goes on from a checkpoint must agree with: JSON. */
  readonly facts: string;
}
