import { checkSettings, count, finite, integer } from '@unbraid/checks';
import * as z from 'zod';
import type { ObjectiveName } from './objective.ts';
import type { Trace } from './trace.ts';

/** How well the KL divergence followed its set point. All in nats, all of the moving average of the KL divergence. */
export interface Tracking {
  /** The largest |KL − C| in the last tenth of the steps. */
  readonly error: number;
  /** The last set point. */
  readonly setPoint: number;
  /** The mean KL divergence in the last tenth of the steps. */
  readonly kl: number;
  /** Whether the set point's last value was reached: the KL divergence of the last tenth is not more than 0.5, or half of it, below it. */
  readonly reached: boolean;
  /** Where it was not: what that means, in a sentence. */
  readonly warning?: string;
}

/** The moving average of a trace's KL divergence; its window starts filled with zeros, as the controller's does. */
export function smoothedKl({ kl }: Pick<Trace, 'kl'>, window: number): Float64Array {
  checkSettings('dynamic-vae: smoothedKl', z.object({ window: count() }), { window });
  let sum = 0;
  return Float64Array.from(kl, (value, i) => {
    sum += value - (i >= window ? kl[i - window]! : 0);
    return sum / window;
  });
}

const TOLERANCE = 0.5;

/**
 * Compares the KL divergence with its set point; undefined where there is none.
 *
 * @param window of the moving average, in steps that were recorded
 * @param objective of the fit, whose words the warning takes: `annealed` has a capacity and γ
 */
export function trackingOf(trace: Trace, window = 5, objective: ObjectiveName = 'dynamic'): Tracking | undefined {
  const { setPoint, beta } = trace;
  const last = setPoint.length - 1;
  if (last < 0 || Number.isNaN(setPoint[last])) return undefined;
  const smooth = smoothedKl(trace, window);
  const from = last + 1 - Math.max(1, Math.ceil((last + 1) / 10));
  const ends = Array.from({ length: last + 1 - from }, (_, i) => from + i);
  const mean = (values: ArrayLike<number>) => ends.reduce((sum, i) => sum + values[i]!, 0) / ends.length;
  const error = ends.reduce((largest, i) => Math.max(largest, Math.abs(smooth[i]! - setPoint[i]!)), 0);
  const kl = mean(smooth);
  const goal = setPoint[last]!;
  const target = mean(setPoint);
  const reached = kl >= target - Math.min(TOLERANCE, target / 2);
  return {
    error,
    setPoint: goal,
    kl,
    reached,
    ...(!reached && { warning: warningOf(kl, goal, beta[last]!, objective) }),
  };
}

/** What an objective calls C and its weight, and what brings the KL divergence nearer to C. A controller lowers β by itself; γ stays. */
const wordsOf = (objective: ObjectiveName) =>
  objective === 'annealed'
    ? { goal: 'capacity', weight: 'gamma', advice: 'lower the capacity, raise gamma, or train longer' }
    : { goal: 'set point', weight: 'beta', advice: 'lower the set point, or train longer' };

function warningOf(kl: number, setPoint: number, beta: number, objective: ObjectiveName): string {
  const { goal, weight, advice } = wordsOf(objective);
  return (
    `the KL divergence ended at ${kl.toFixed(2)} nats and never reached its ${goal} of ${setPoint.toFixed(2)}, with ${weight} at ` +
    `${beta.toPrecision(3)}: this network carries no more, or not yet; ${advice}`
  );
}

/** How far the KL divergence went beyond its set point, and when it had settled. */
export interface StepResponse {
  /** The largest KL − C after the KL divergence first came within the tolerance of C; 0 where it never exceeded C. */
  readonly overshoot: number;
  /** Steps until |KL − C| stayed within the tolerance; undefined where it never did to the end. */
  readonly settling: number | undefined;
}

const responseSchema = z.object({
  window: count().default(5),
  from: integer({ min: 0 }).default(0),
  tolerance: finite({ min: 0 }).default(TOLERANCE),
});

/**
 * The response of the KL divergence (a moving average of it) to its set point from a step on.
 *
 * @param from the first entry of the trace that counts
 * @param tolerance in nats
 */
export function stepResponse(trace: Trace, options: z.input<typeof responseSchema> = {}): StepResponse {
  const { window, from, tolerance } = checkSettings('dynamic-vae: stepResponse', responseSchema, options);
  const { setPoint, step } = trace;
  const smooth = smoothedKl(trace, window);
  const errorAt = (i: number) => smooth[i]! - setPoint[i]!;
  let overshoot = 0;
  let settled: number | undefined;
  let tracking = false;
  for (let i = from; i < smooth.length; i++) {
    const within = Math.abs(errorAt(i)) <= tolerance;
    tracking ||= within;
    if (tracking) overshoot = Math.max(overshoot, errorAt(i));
    settled = within ? (settled ?? i) : undefined;
  }
  return { overshoot, settling: settled === undefined ? undefined : step[settled]! - step[from]! };
}
