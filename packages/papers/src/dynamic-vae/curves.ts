import { smoothedKl, type Trace } from '@unbraid/dynamic-vae';

/** A point of a fit's curves; values in nats but for β. */
export interface CurvePoint {
  readonly fit: string;
  readonly step: number;
  readonly beta: number;
  /** The moving average. */
  readonly kl: number;
  readonly setPoint: number;
}

/** At most so many points of a curve: more would only make the file larger. */
const POINTS = 400;

/**
 * The curves of a trace, thinned: of every stretch of steps the point where KL − C is farthest from 0 is kept, or without a set point
 * the last one, so that thinning hides no overshoot.
 */
export function curvePoints(fit: string, trace: Trace, window: number): CurvePoint[] {
  const smooth = smoothedKl(trace, window);
  const length = Math.ceil(smooth.length / POINTS);
  const stretches = Array.from({ length: Math.ceil(smooth.length / length) }, (_, k) => k * length);
  return stretches.map((from) => {
    let at = Math.min(from + length, smooth.length) - 1;
    for (let i = from; i < Math.min(from + length, smooth.length); i++) {
      if (Math.abs(smooth[i]! - trace.setPoint[i]!) > Math.abs(smooth[at]! - trace.setPoint[at]!)) at = i;
    }
    return { fit, step: trace.step[at]!, beta: trace.beta[at]!, kl: smooth[at]!, setPoint: trace.setPoint[at]! };
  });
}
