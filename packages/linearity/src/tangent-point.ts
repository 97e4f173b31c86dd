import type { AnyModel } from '@unbraid/nn';

/** A model, and the weights at which its derivatives are taken. */
export interface TangentPoint {
  readonly model: AnyModel;
  /** w, flat. */
  readonly params: Float32Array;
}
