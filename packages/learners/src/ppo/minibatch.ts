import type { Rollout, RolloutWidths } from './rollout.ts';
import type { UpdateStep } from './update-step.ts';

/** Added to the deviation of advantages, as in Stable-Baselines3. */
const EPSILON = 1e-8;

/** Writes some rows of a rollout to a step's inputs. @param rows their numbers, as many as the step takes */
export function loadMinibatch(
  { inputs: into }: UpdateStep,
  rollout: Rollout,
  rows: Int32Array,
  { inputs, actionSize, maskSize }: RolloutWidths,
  { normalizes, clipRange }: { readonly normalizes: boolean; readonly clipRange: number },
): void {
  gather(into.observations.float32, rollout.observations, rows, inputs);
  gather(into.actions.float32, rollout.actions, rows, actionSize);
  if (maskSize > 0) gather(into.masks!.float32, rollout.masks, rows, maskSize);
  const [logProbs, advantages, returns] = [
    into.oldLogProbs.float32,
    into.advantages.float32,
    into.returns.float32,
  ] as const;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    logProbs[i] = rollout.logProbs[row]!;
    advantages[i] = rollout.advantages[row]!;
    returns[i] = rollout.returns[row]!;
  }
  if (normalizes && rows.length > 1) standardize(advantages);
  into.clipRange.float32[0] = clipRange;
}

function gather(out: Float32Array, source: ArrayLike<number>, rows: Int32Array, width: number): void {
  for (let i = 0; i < rows.length; i++) {
    const [to, from] = [i * width, rows[i]! * width];
    for (let j = 0; j < width; j++) out[to + j] = source[from + j]!;
  }
}

/** Less their mean, over their deviation, of which n − 1 are free. */
export function standardize(values: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  const scale = 1 / (Math.sqrt(squares / (values.length - 1)) + EPSILON);
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! - mean) * scale;
}
