import { DivergedError as Diverged } from '@unbraid/checks';

/** Training met a number that is NaN or infinite. */
export class DivergedError extends Diverged {
  /** What is not finite. */
  readonly reason: string;
  /** The step, counted from 1; undefined until it is known. */
  readonly step: number | undefined;

  constructor(reason: string, at?: { readonly step: number; readonly beta: number }) {
    super(
      at === undefined
        ? `dynamic-vae: ${reason}`
        : `dynamic-vae: fit stopped at step ${at.step}: ${reason}, at beta ${at.beta.toPrecision(4)}; lower the learning rate`,
    );
    this.reason = reason;
    this.step = at?.step;
  }
}
