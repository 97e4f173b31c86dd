import { DivergedError } from '@unbraid/checks';
import type { Source } from '@unbraid/graph';
import type { Kernels, Random } from '@unbraid/kernels';
import type { Stepper } from '@unbraid/nn';
import { clipGradient } from '../training/clip-gradient.ts';
import { loadMinibatch } from './minibatch.ts';
import type { Rollout, RolloutWidths } from './rollout.ts';
import { type UpdateStatistics, updateTally } from './update-statistics.ts';
import type { UpdateStep } from './update-step.ts';

/** What updates are made with. */
export interface Updater {
  readonly kernels: Kernels;
  readonly steps: ReadonlyMap<number, UpdateStep>;
  readonly params: Source & { readonly data: Float32Array };
  readonly grads: Source & { readonly data: Float32Array };
  readonly optimizer: Stepper;
  readonly widths: RolloutWidths;
  readonly batchSize: number;
  readonly epochs: number;
  readonly normalizeAdvantages: boolean;
  /** The largest norm of a gradient; Infinity for any. */
  readonly clipNorm: number;
  /** Learning from a rollout ends where the approximate KL divergence of a minibatch is above 1.5 times this. */
  readonly targetKl: number | undefined;
}

/** What holds in one update. */
export interface UpdateRates {
  readonly learningRate: number;
  readonly clipRange: number;
}

/** Sizes of the minibatches of an epoch: the last may be smaller. */
export const minibatchSizes = (rows: number, batchSize: number): number[] =>
  Array.from({ length: Math.ceil(rows / batchSize) }, (_, i) => Math.min(batchSize, rows - i * batchSize));

/**
 * Learns from a rollout: some epochs of minibatches, each a step of the optimizer by the clipped gradient.
 * @param random what epochs are shuffled by
 * @throws {DivergedError} where a gradient or a parameter is not finite
 */
export async function learnFrom(
  updater: Updater,
  rollout: Rollout,
  rates: UpdateRates,
  random: Random,
): Promise<UpdateStatistics> {
  const { steps, batchSize, epochs, widths, normalizeAdvantages, targetKl } = updater;
  const tally = updateTally();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.split(epoch).permutation(rollout.rows);
    for (let at = 0; at < rollout.rows; at += batchSize) {
      const rows = order.subarray(at, at + batchSize);
      const step = steps.get(rows.length)!;
      loadMinibatch(step, rollout, rows, widths, { normalizes: normalizeAdvantages, clipRange: rates.clipRange });
      const pending = step.runNow();
      if (pending) await pending;
      const kl = tally.add(step, rates.clipRange);
      if (targetKl !== undefined && kl > 1.5 * targetKl) return tally.statistics(epoch);
      move(updater, rates.learningRate);
    }
  }
  if (!updater.kernels.allFinite(updater.params.data))
    throw new DivergedError('learners: a parameter is not finite; take a smaller learning rate');
  return tally.statistics(epochs);
}

function move({ kernels, params, grads, optimizer, clipNorm }: Updater, learningRate: number): void {
  clipGradient(kernels, grads.data, clipNorm);
  if (optimizer.step(params.data, grads.data, learningRate)) return;
  throw new DivergedError(
    'learners: a gradient is not finite; take a smaller learning rate, or normalize observations and rewards',
  );
}
