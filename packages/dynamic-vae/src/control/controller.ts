import { finite, InputError } from '@unbraid/checks';

/** What a controller sees of a training step. */
export interface Feedback {
  /** The KL divergence, in nats: of the step's batch, or a mean over several (`movingAverage`). */
  readonly kl: number;
  /** What the KL divergence should be: C(t), in nats. */
  readonly setPoint: number;
}

/**
 * Turns the KL divergence of a step into the weight β of that step: the loss's forward pass comes first, then β, then the gradient.
 * It keeps nothing: what it has to remember is in the state,
 * which is plain JSON, so that a checkpoint can hold it.
 */
export interface Controller<State extends { readonly beta: number }> {
  /** The state before the first step. */
  readonly start: State;
  /**
   * The state of a step; its `beta` is the step's weight.
   *
   * @throws where the KL divergence or the set point is not finite, as when training has diverged.
   */
  step(state: State, feedback: Feedback): State;
}

/** K_p of both controllers. */
export const kpSetting = () => finite({ min: 0 }).default(0.01);

/** The error e(t) = C(t) − y(t). */
export function errorOf({ kl, setPoint }: Feedback): number {
  if (!Number.isFinite(setPoint)) {
    throw new InputError('not-finite', `dynamic-vae: the set point is ${setPoint}; a finite number of nats is needed`);
  }
  const error = setPoint - kl;
  if (Number.isFinite(error)) return error;
  throw new InputError(
    'not-finite',
    `dynamic-vae: cannot control beta: the KL divergence is ${kl} at a set point of ${setPoint}; training has diverged, lower its learning rate`,
  );
}

/** σ(e) = 1 / (1 + exp(e)): falls from 1, where the KL divergence is far above its set point, to 0. */
export function sigma(error: number): number {
  return 1 / (1 + Math.exp(error));
}
