import type { Opened } from '../learn/learner.ts';
import type { Answers } from '../scores/answers.ts';

/** What is done with the saved models of a method. */
export interface ModelForm {
  open(model: Uint8Array, task: Answers['task']): Promise<Opened>;
  /** ONNX of features to logits of the classes, or the quantity. */
  toOnnx(model: Uint8Array, task: Answers['task']): Promise<Uint8Array>;
}

/** A model with what makes its features of raw columns. */
export interface PreparedModel {
  readonly model: Uint8Array;
  /** JSON */
  readonly preprocessor: string;
}
